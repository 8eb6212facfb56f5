package dev.sluice.picker.payload.request;

/// A range of a body's bytes.
///
/// @param from offset of the first byte
/// @param to offset just after the last byte
public record ByteSpan(long from, long to) {
    static final ByteSpan NONE = new ByteSpan(0, 0);

    public ByteSpan {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("not a range: " + from + ".." + to);
        }
    }
}
