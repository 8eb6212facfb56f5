package dev.sluice.lab.workload;

import org.jspecify.annotations.Nullable;

/// One request of a workload.
///
/// @param number counts from 0
/// @param stage which stage of the load it belongs to
/// @param atNanos when it is sent, counted from the workload's begin
/// @param outputTokens how long its answer will be; a picker does not know
/// @param maxTokens the limit that the client sets, 0 for none
/// @param adapter the LoRA adapter that it asks for
/// @param sender who asks
public record Arrival(
        int number,
        int stage,
        long atNanos,
        Prompt prompt,
        int outputTokens,
        int maxTokens,
        @Nullable String adapter,
        Sender sender) {

    /// The number of its answer's text, which is nobody else's.
    public long answer() {
        return ~(long) number;
    }
}
