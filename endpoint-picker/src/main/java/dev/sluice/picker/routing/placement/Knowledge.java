package dev.sluice.picker.routing.placement;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;

/// The knowledge that requests teach and later requests use.
///
/// @param tokenized what engines report of their caches, for models whose prompts are tokenized
public record Knowledge(PrefixIndex prefixes, TokenizedPrefixes tokenized, TokenLearner tokens, RateBook rates) {}
