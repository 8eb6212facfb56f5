package dev.sluice.release;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
