package dev.sluice.picker.prefix;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable set of seats, as bits.
final class SeatSet {
    static final SeatSet EMPTY = new SeatSet(new long[0]);

    private final long[] words;

    private SeatSet(long[] words) {
        this.words = words;
    }

    boolean contains(int seat) {
        return (word(seat >>> 6) >>> seat & 1) != 0;
    }

    SeatSet with(int seat) {
        int word = seat >>> 6;
        long[] larger = Arrays.copyOf(words, Math.max(words.length, word + 1));
        larger[word] |= 1L << seat;
        return new SeatSet(larger);
    }

    /// @return null when nothing is left
    @Nullable
    SeatSet without(int seat) {
        long[] smaller = words.clone();
        smaller[seat >>> 6] &= ~(1L << seat);
        int length = smaller.length;
        while (length > 0 && smaller[length - 1] == 0) {
            length--;
        }
        return length == 0 ? null : new SeatSet(Arrays.copyOf(smaller, length));
    }

    int words() {
        return words.length;
    }

    /// 64 seats; none beyond [#words].
    long word(int index) {
        return index < words.length ? words[index] : 0;
    }

    int size() {
        int size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }
}
