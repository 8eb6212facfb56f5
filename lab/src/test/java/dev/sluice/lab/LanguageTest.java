package dev.sluice.lab;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
