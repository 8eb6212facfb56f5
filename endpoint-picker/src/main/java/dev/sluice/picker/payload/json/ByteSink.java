package dev.sluice.picker.payload.json;

/// A sink of prompt bytes: a hash, or a buffer until their place in the prompt is known.
public interface ByteSink {
    void write(byte[] array, int from, int to);
}
