package dev.sluice.api;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
