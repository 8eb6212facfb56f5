package dev.sluice.simulator;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
