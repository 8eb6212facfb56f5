package dev.sluice.standalone.load;

import java.time.Duration;
import java.util.List;

/// A user's conversation: when it begins, with which assistant, and what is asked turn by turn.
///
/// @param arrival after the start of the workload
public record Session(int id, Duration arrival, String model, String system, List<ChatTurn> turns) {
    public Session {
        turns = List.copyOf(turns);
    }

    /// A question and how its answer is wanted.
    ///
    /// @param answerTokens exactly so many are generated, so that both sides of a comparison do the same work
    /// @param think how long the user waits before asking
    public record ChatTurn(String question, int answerTokens, boolean stream, Duration think) {}
}
