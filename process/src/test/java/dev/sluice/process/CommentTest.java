package dev.sluice.process;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
