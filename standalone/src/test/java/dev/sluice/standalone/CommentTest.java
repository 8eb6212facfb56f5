package dev.sluice.standalone;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
