package dev.sluice.picker.signals.validation;

import java.util.Locale;

/// Why something from outside is no signal, or another than was said.
public enum Rejection {
    NOT_FINITE,
    NEGATIVE,
    /// More than anything of its kind can be.
    TOO_LARGE,
    /// More than all of something: used as all of it.
    CLAMPED,
    /// The series has a sample on the same page already.
    DUPLICATE,
    /// A label's value that nobody could read.
    TEXT_TOO_LONG;

    private final String label = name().toLowerCase(Locale.ROOT);

    /// As a label value of a meter.
    public String label() {
        return label;
    }

    /// Told of each.
    @FunctionalInterface
    public interface RejectionListener {
        RejectionListener NOBODY = _ -> {};

        void rejected(Rejection why);
    }
}
