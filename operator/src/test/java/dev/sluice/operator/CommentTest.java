package dev.sluice.operator;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
