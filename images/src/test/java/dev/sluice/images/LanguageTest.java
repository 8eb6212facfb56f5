package dev.sluice.images;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
