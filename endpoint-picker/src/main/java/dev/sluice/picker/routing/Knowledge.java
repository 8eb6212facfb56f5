package dev.sluice.picker.routing;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.prefix.PrefixIndex;

/// What requests teach and later requests use.
public record Knowledge(PrefixIndex prefixes, TokenLearner tokens, RateBook rates) {}
