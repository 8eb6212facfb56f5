package dev.sluice.lab.workload;

import org.jspecify.annotations.Nullable;

/// A request of a workload.
///
/// @param number counts from 0
/// @param adapter the LoRA adapter that it asks for
/// @param sender who asks
public record Arrival(
        int number,
        ArrivalTime time,
        Prompt prompt,
        Output output,
        @Nullable String adapter,
        Sender sender) {

    /// The time at which a request is sent.
    ///
    /// @param stage which stage of the load it belongs to
    /// @param atNanos counted from the workload's begin
    public record ArrivalTime(int stage, long atNanos) {}

    /// The length of an answer.
    ///
    /// @param tokens how long it will be; a picker does not know
    /// @param maxTokens the limit that the client sets, 0 for none
    public record Output(int tokens, int maxTokens) {}

    /// The number of its answer's text, which is nobody else's.
    public long answer() {
        return ~(long) number;
    }
}
