package dev.sluice.standalone.lab.workload;

/// A piece of text, known by a number: equal numbers are equal texts.
public record Segment(long id, int tokens) {
    /// Prompt bytes per token in English chats, and how far texts differ from it; no picker is told.
    private static final double BYTES_PER_TOKEN = 4.3;

    private static final double SPREAD = 0.1;

    public Segment {
        if (tokens < 1) {
            throw new IllegalArgumentException("a segment without tokens: " + tokens);
        }
    }

    long bytes() {
        double unit = (Mix.of(id) >>> 11) * 0x1.0p-53;
        return Math.round(tokens * BYTES_PER_TOKEN * (1 + SPREAD * (2 * unit - 1)));
    }
}
