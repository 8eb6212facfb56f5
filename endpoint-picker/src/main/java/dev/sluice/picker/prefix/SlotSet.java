package dev.sluice.picker.prefix;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable set of slots, as bits.
final class SlotSet {
    static final SlotSet EMPTY = new SlotSet(new long[0]);

    private final long[] words;

    private SlotSet(long[] words) {
        this.words = words;
    }

    boolean contains(int slot) {
        return (word(slot >>> 6) >>> slot & 1) != 0;
    }

    SlotSet with(int slot) {
        int word = slot >>> 6;
        long[] larger = Arrays.copyOf(words, Math.max(words.length, word + 1));
        larger[word] |= 1L << slot;
        return new SlotSet(larger);
    }

    /// The set without a slot, or null when it is empty.
    @Nullable
    SlotSet without(int slot) {
        long[] smaller = words.clone();
        smaller[slot >>> 6] &= ~(1L << slot);
        int length = smaller.length;
        while (length > 0 && smaller[length - 1] == 0) {
            length--;
        }
        return length == 0 ? null : new SlotSet(Arrays.copyOf(smaller, length));
    }

    int words() {
        return words.length;
    }

    /// The bits of 64 slots; 0 beyond [#words].
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
