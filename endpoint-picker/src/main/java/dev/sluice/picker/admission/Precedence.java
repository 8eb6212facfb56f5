package dev.sluice.picker.admission;

import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;

/// The priority of a request, and which running requests it may preempt.
///
/// @param preempts which running requests it may preempt where its pool has no capacity
public record Precedence(Priority priority, Preempts preempts) {}
