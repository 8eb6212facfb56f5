package dev.sluice.bench;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
