package dev.sluice.simulator;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
