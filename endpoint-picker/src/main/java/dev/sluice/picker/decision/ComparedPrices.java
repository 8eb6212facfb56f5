package dev.sluice.picker.decision;

import java.util.List;

/// The prices that a decision compared.
///
/// @param candidates the chosen endpoint first, then up to seven others from the cheapest on
/// @param others how many endpoints were considered beyond `candidates`
/// @param othersMinimum the lowest total among the others, 0 when there are none
/// @param othersMedian the median total of the others, 0 when there are none
/// @param cachedTokens how many tokens of the prompt the chosen endpoint is known to hold
public record ComparedPrices(
        PolicyKind policy,
        List<Candidate> candidates,
        int others,
        float othersMinimum,
        float othersMedian,
        int cachedTokens) {
    public ComparedPrices {
        candidates = Candidates.of(candidates);
    }
}
