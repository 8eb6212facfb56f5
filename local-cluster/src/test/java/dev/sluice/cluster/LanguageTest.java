package dev.sluice.cluster;

import dev.sluice.rules.LanguageRules;

class LanguageTest extends LanguageRules {}
