package dev.sluice.bench.placement.load;

import java.util.List;

/// A request and the moment at which it is sent, whatever became of those before it.
///
/// @param atNanos from the first request's moment
/// @param outputTokens the length of the answer that is asked for
public record PlannedRequest(int number, long atNanos, List<Piece> prompt, int outputTokens) {
    public PlannedRequest {
        prompt = List.copyOf(prompt);
    }

    public int promptTokens() {
        return prompt.stream().mapToInt(Piece::tokens).sum();
    }
}
