package dev.sluice.picker.signals.validation;

import java.util.Locale;

/// Reasons why a number or text from outside is not used as it is.
public enum Rejection {
    NOT_FINITE,
    NEGATIVE,
    /// Larger than anything of its kind can be.
    TOO_LARGE,
    /// A share above 1, used as 1.
    CLAMPED,
    /// A second sample of the same series on a page.
    DUPLICATE,
    /// A label whose name or value is longer than the bound.
    TEXT_TOO_LONG;

    private final String label = name().toLowerCase(Locale.ROOT);

    /// The label value of the meter.
    public String label() {
        return label;
    }

    /// Listener for rejections.
    @FunctionalInterface
    public interface RejectionListener {
        RejectionListener NOBODY = _ -> {};

        void rejected(Rejection why);
    }
}
