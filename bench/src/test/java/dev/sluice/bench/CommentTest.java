package dev.sluice.bench;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
