package dev.sluice.standalone;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
