package dev.sluice.api;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
