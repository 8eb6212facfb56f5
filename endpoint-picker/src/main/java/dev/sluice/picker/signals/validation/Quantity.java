package dev.sluice.picker.signals.validation;

import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;

/// The kind of a number from outside, with its range: the gate between engines, Prometheus servers and GPU
/// exporters and the values that the core computes with.
///
/// A number outside its range counts as missing. Example: a KV usage of 0/0 (NaN) is missing, and one of 87
/// counts as 1, because a dialect has shares and no percentages.
public enum Quantity {
    /// Requests in a queue or a batch.
    REQUESTS(Signals.MOST_REQUESTS),
    /// A share from 0 to 1. A value up to 100 may be a percentage and counts as 1.
    SHARE(1, 100),
    PERCENT(100),
    TOKENS(KvCache.MOST_TOKENS),
    /// A counter or sum since a server's start. No server lives long enough for more.
    TOTAL(1e15),
    MEGAHERTZ(1e5),
    MEBIBYTES(1e8),
    /// A bitmask of at most 53 bits, which a double holds exactly.
    BITS(1L << 53),
    CODE(1e6);

    private final double all;
    private final double most;

    Quantity(double most) {
        this(most, most);
    }

    /// @param all the value that larger ones up to `most` count as
    Quantity(double all, double most) {
        this.all = all;
        this.most = most;
    }

    /// The value where it is within its range, else NaN; each rejection is reported.
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
