package dev.sluice.picker.payload.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Finds a key with its quotes in raw JSON, without reading what stands around it.
///
/// It looks for the key's first two bytes at eight places at once: a word of the text and the word one byte further,
/// each xored with the byte they should hold, have a zero byte in common only where both stand. The quote makes the
/// pair rare, so that long steps are tried first: the compiler turns their loop into vector instructions, because it
/// has no branch and reads a segment.
final class KeySearch {
    private static final VarHandle LANE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final ValueLayout.OfLong UNALIGNED =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int STEP = 16;
    private static final int LONG_STEP = 512;

    private final byte[] key;
    private final long first;
    private final long second;

    KeySearch(String name) {
        key = ('"' + name + '"').getBytes(US_ASCII);
        first = ONES * key[0];
        second = ONES * key[1];
    }

    int length() {
        return key.length;
    }

    byte at(int index) {
        return key[index];
    }

    /// The index where the key begins, whole or as far as the range goes; `to` where it does not.
    int indexOf(byte[] a, int from, int to) {
        MemorySegment segment = MemorySegment.ofArray(a);
        int i = from;
        // The second word of a step ends one byte after the step.
        for (; i < to - LONG_STEP; i += LONG_STEP) {
            if (hasPair(segment, i)) {
                int at = indexInSteps(a, i, i + LONG_STEP, to);
                if (at < i + LONG_STEP) {
                    return at;
                }
            }
        }
        return indexInSteps(a, i, to, to);
    }

    private int indexInSteps(byte[] a, int from, int last, int to) {
        int i = from;
        for (; i < last && i < to - STEP; i += STEP) {
            if ((marks(a, i) | marks(a, i + 8)) != 0) {
                int at = indexOf(a, i, i + STEP, to);
                if (at < i + STEP) {
                    return at;
                }
            }
        }
        return indexOf(a, i, last, to);
    }

    private boolean hasPair(MemorySegment segment, int from) {
        long begin = first;
        long then = second;
        long marks = 0;
        for (int lane = 0; lane < LONG_STEP; lane += Long.BYTES) {
            long difference = (segment.get(UNALIGNED, (long) from + lane) ^ begin)
                    | (segment.get(UNALIGNED, (long) from + lane + 1) ^ then);
            marks |= (difference - ONES) & ~difference;
        }
        return (marks & HIGH_BITS) != 0;
    }

    /// The same for keys that begin before `last`.
    private int indexOf(byte[] a, int from, int last, int to) {
        for (int i = from; i < last; i++) {
            if (a[i] == key[0]) {
                int length = Math.min(key.length, to - i);
                if (Arrays.equals(a, i, i + length, key, 0, length)) {
                    return i;
                }
            }
        }
        return last;
    }

    /// The high bit of a byte for each place with the pair; above a true one also false ones.
    private long marks(byte[] a, int i) {
        long difference = ((long) LANE.get(a, i) ^ first) | ((long) LANE.get(a, i + 1) ^ second);
        return (difference - ONES) & ~difference & HIGH_BITS;
    }
}
