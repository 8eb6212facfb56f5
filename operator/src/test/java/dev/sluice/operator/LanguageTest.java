package dev.sluice.operator;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
