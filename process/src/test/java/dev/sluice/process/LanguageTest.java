package dev.sluice.process;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
