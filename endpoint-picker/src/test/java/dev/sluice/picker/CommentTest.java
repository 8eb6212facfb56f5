package dev.sluice.picker;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
