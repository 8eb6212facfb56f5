package dev.sluice.lab;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
