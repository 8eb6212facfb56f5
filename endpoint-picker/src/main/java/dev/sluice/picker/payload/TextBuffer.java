package dev.sluice.picker.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// A short text being collected from pieces: a key, a number, a name.
final class TextBuffer implements ByteSink, Comparable<TextBuffer> {
    private static final int SMALL = 32;
    private static final int LARGE = 4096;

    private byte[] bytes = new byte[SMALL];
    private int length;

    /// Makes room for the next text; what a long one took is not kept for short ones.
    void clear() {
        length = 0;
        if (bytes.length > LARGE) {
            bytes = new byte[SMALL];
        }
    }

    int length() {
        return length;
    }

    @Override
    public void write(byte[] array, int from, int to) {
        int added = to - from;
        if (added > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + added));
        }
        System.arraycopy(array, from, bytes, length, added);
        length += added;
    }

    void writeTo(ByteSink sink) {
        sink.write(bytes, 0, length);
    }

    /// Whether the text is that one, which must be ASCII.
    boolean matches(String ascii) {
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// By unsigned bytes, which is the order of characters.
    @Override
    public int compareTo(TextBuffer other) {
        return Arrays.compareUnsigned(bytes, 0, length, other.bytes, 0, other.length);
    }

    /// The number that the text is in plain digits, or -1 where it is anything else or longer than 18 digits.
    long toCount() {
        if (length == 0 || length > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, UTF_8);
    }
}
