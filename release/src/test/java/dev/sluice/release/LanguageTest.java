package dev.sluice.release;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
