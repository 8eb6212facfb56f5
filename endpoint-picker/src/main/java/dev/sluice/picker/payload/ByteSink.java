package dev.sluice.picker.payload;

/// Where prompt bytes go: into a hash, or into a buffer until their place in the prompt is known.
interface ByteSink {
    void write(byte[] array, int from, int to);
}
