package dev.sluice.lab.workload;

/// A piece of text, known by a number: equal numbers are equal texts.
///
/// @param bytesPerToken the mean of its kind of text
public record Segment(long id, int tokens, double bytesPerToken) {
    /// Prompt bytes per token in English chats.
    static final double BYTES_PER_TOKEN = 4.3;
    /// The spread of texts around their kind's mean; no picker is told.
    private static final double SPREAD = 0.1;

    public Segment {
        if (tokens < 1) {
            throw new IllegalArgumentException("a segment without tokens: " + tokens);
        }
    }

    /// English text.
    public Segment(long id, int tokens) {
        this(id, tokens, BYTES_PER_TOKEN);
    }

    long bytes() {
        double unit = (Mix.of(id) >>> 11) * 0x1.0p-53;
        return Math.round(tokens * bytesPerToken * (1 + SPREAD * (2 * unit - 1)));
    }
}
