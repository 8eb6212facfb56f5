package dev.sluice.bench.placement;

import java.util.List;

/// A request and the moment at which it is sent, whatever became of those before it.
///
/// @param atNanos from the first request's moment
/// @param outputTokens the length of the answer that is asked for
record PlannedRequest(int number, long atNanos, List<Piece> prompt, int outputTokens) {
    PlannedRequest {
        prompt = List.copyOf(prompt);
    }

    int promptTokens() {
        return prompt.stream().mapToInt(Piece::tokens).sum();
    }
}
