package dev.sluice.picker.request;

import java.util.concurrent.TimeUnit;

/// The latencies that a request should see; infinite where it has no objective.
///
/// @param ttftMillis from the arrival of its headers to its first token
/// @param tpotMillis between two tokens of its answer
public record Objectives(double ttftMillis, double tpotMillis) {
    public static final Objectives NONE = new Objectives(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    public Objectives {
        if (!(ttftMillis > 0 && tpotMillis > 0)) {
            throw new IllegalArgumentException("objectives must be positive: " + ttftMillis + ", " + tpotMillis);
        }
    }

    public boolean isNone() {
        return !hasTtft() && !hasTpot();
    }

    public boolean hasTtft() {
        return ttftMillis < Double.POSITIVE_INFINITY;
    }

    public boolean hasTpot() {
        return tpotMillis < Double.POSITIVE_INFINITY;
    }

    /// These objectives; where one is absent, that of `others`.
    public Objectives or(Objectives others) {
        if (others.isNone() || (hasTtft() && hasTpot())) {
            return this;
        }
        return isNone()
                ? others
                : new Objectives(
                        hasTtft() ? ttftMillis : others.ttftMillis, hasTpot() ? tpotMillis : others.tpotMillis);
    }

    /// The time when the first token of a request that arrived then is due, by the same ticker.
    ///
    /// @return [Long#MAX_VALUE] where it may come at any time
    public long dueNanos(long arrivedNanos) {
        double due = ttftMillis * TimeUnit.MILLISECONDS.toNanos(1);
        return due < Long.MAX_VALUE - arrivedNanos ? arrivedNanos + (long) due : Long.MAX_VALUE;
    }
}
