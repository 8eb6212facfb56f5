package dev.sluice.cluster;

import dev.sluice.rules.CommentRules;

class CommentTest extends CommentRules {}
