package dev.sluice.picker.admission;

import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;

/// Which requests a request is served before.
///
/// @param preempts which running requests it may preempt where its pool has no capacity
public record Precedence(Priority priority, Preempts preempts) {}
