package dev.sluice.bench;

import dev.sluice.rules.SourceRules;

class SourceTest extends SourceRules {}
