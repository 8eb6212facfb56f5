package dev.sluice.picker.signals.validation;

import dev.sluice.picker.pool.Signals;

/// What a number from outside measures, and so what it can be: the one gate between what engines, Prometheus servers
/// and GPU exporters say and what the core computes with.
///
/// A number that cannot be is none: whatever it would have said counts as not said. Example: an engine that prints its
/// KV usage as 0/0 has said nothing of it, one that prints 87 has said that all is used, because its dialect knows
/// shares and no percent.
public enum Quantity {
    /// Of one engine, or of one part of it.
    REQUESTS(Signals.MOST_REQUESTS),
    /// From 0 to 1. Up to 100, which is what percent come to, it counts as all.
    SHARE(1, 100),
    PERCENT(100),
    TOKENS(Signals.MOST_TOKENS),
    /// What a server has counted, or added up, since its start. No server lives long enough for more.
    TOTAL(1e15),
    MEGAHERTZ(1e5),
    MEBIBYTES(1e8),
    /// A mask of as many bits as a double holds.
    BITS(1L << 53),
    CODE(1e6);

    private final double all;
    private final double most;

    Quantity(double most) {
        this(most, most);
    }

    /// @param all what larger values up to `most` count as
    Quantity(double all, double most) {
        this.all = all;
        this.most = most;
    }

    /// @return the value, or NaN where it is none
    public double sound(double value, Rejection.RejectionListener told) {
        if (value >= 0 && value <= all) {
            return value;
        }
        Rejection why = unsound(value);
        told.rejected(why);
        return why == Rejection.CLAMPED ? all : Double.NaN;
    }

    private Rejection unsound(double value) {
        if (!Double.isFinite(value)) {
            return Rejection.NOT_FINITE;
        }
        if (value < 0) {
            return Rejection.NEGATIVE;
        }
        return value <= most ? Rejection.CLAMPED : Rejection.TOO_LARGE;
    }
}
