package dev.sluice.operator.status;

import org.jspecify.annotations.Nullable;

/// A percentage that moves all the time. Small moves say nothing, and would be written on and on.
final class Percent {

    private static final int LEAST_CHANGE = 5;

    private Percent() {}

    /// The percentage to show after `old`: the new one, unless it is nearly the old.
    static @Nullable Integer shown(@Nullable Integer old, @Nullable Integer now) {
        boolean near = old != null && now != null && Math.abs(now - old) < LEAST_CHANGE;
        return near ? old : now;
    }
}
