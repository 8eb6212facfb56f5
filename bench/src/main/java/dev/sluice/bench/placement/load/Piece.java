package dev.sluice.bench.placement.load;

/// A piece of a prompt's text, known by a number: equal numbers and lengths are equal texts.
record Piece(long id, int tokens) {
    Piece {
        if (tokens < 1) {
            throw new IllegalArgumentException("a piece of text has at least one token, not " + tokens);
        }
    }
}
