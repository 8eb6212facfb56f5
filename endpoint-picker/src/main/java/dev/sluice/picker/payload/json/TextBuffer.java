package dev.sluice.picker.payload.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Arrays;

/// A short text being collected from pieces: a key, a number, a name.
public final class TextBuffer implements ByteSink, Comparable<TextBuffer> {
    private static final int SMALL = 32;
    private static final int LARGE = 4096;
    /// The digits that a long holds whatever they are.
    private static final int MOST_DIGITS = 18;
    /// Longer than any notation of such a number that somebody means.
    private static final int LONGEST_NUMBER = 64;

    private byte[] bytes = new byte[SMALL];
    private int length;

    /// Makes space for the next text; the space of a long text is not kept for short texts.
    public void clear() {
        length = 0;
        if (bytes.length > LARGE) {
            bytes = new byte[SMALL];
        }
    }

    public int length() {
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

    public void writeTo(ByteSink sink) {
        sink.write(bytes, 0, length);
    }

    /// The text equals `text`, which must be ASCII.
    public boolean matches(String ascii) {
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

    /// The text's last bytes equal the first bytes of `suffix`.
    public boolean endsWith(byte[] suffix, int bytesOfIt) {
        return length >= bytesOfIt && Arrays.equals(bytes, length - bytesOfIt, length, suffix, 0, bytesOfIt);
    }

    /// By unsigned bytes, which is the order of characters.
    @Override
    public int compareTo(TextBuffer other) {
        return Arrays.compareUnsigned(bytes, 0, length, other.bytes, 0, other.length);
    }

    /// The whole number that the text is, in whatever notation: `256`, `256.0` and `2.56e2` are the same. -1
    /// where it is negative, a fraction, longer than 18 digits or no number.
    public long toCount() {
        long plain = plainCount();
        return plain >= 0 || length == 0 || length > LONGEST_NUMBER ? plain : countOfOtherNotation();
    }

    private long countOfOtherNotation() {
        try {
            BigDecimal number = new BigDecimal(toString());
            if (number.signum() <= 0) {
                return number.signum();
            }
            // Asked first: 1e999999999 would become as many digits.
            boolean fits = (long) number.precision() - number.scale() <= MOST_DIGITS;
            return fits ? number.longValueExact() : -1;
        } catch (ArithmeticException | NumberFormatException _) {
            return -1;
        }
    }

    private long plainCount() {
        if (length == 0 || length > MOST_DIGITS) {
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

    /// The text is among the words, in either case; the words are ASCII and in lower case.
    public boolean matchesAnyOf(String... words) {
        for (String word : words) {
            if (length == word.length() && toString().equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, UTF_8);
    }
}
