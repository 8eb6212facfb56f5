package dev.sluice.picker.payload.response;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Counts the server-sent events of a stream without reading them: an event ends with an empty line, of LF or CR LF.
///
/// Ends are looked for at eight places at once, in steps whose loop has no branch and reads a segment, so that the
/// compiler turns it into vector instructions: counting costs little beside passing the bytes on.
final class EventCount {
    private static final ValueLayout.OfLong LANE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int STEP = 512;
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long EVEN_BYTES = 0x00FF00FF00FF00FFL;
    private static final long PAIR_ONES = 0x0001000100010001L;
    private static final long LINE_FEEDS = ONES * '\n';
    private static final long RETURNS = ONES * '\r';

    private long events;
    /// The last two bytes of the pieces before.
    private byte last;
    private byte beforeLast;

    long events() {
        return events;
    }

    /// Counts the events that end in the next bytes of the stream.
    void accept(byte[] a, int from, int to) {
        int i = from;
        for (; i < to && i < from + 2; i++) {
            count(a[i], i == from ? last : a[from], i == from ? beforeLast : last);
        }
        MemorySegment segment = MemorySegment.ofArray(a);
        for (; i <= to - STEP; i += STEP) {
            events += countStep(segment, i);
        }
        for (; i < to; i++) {
            count(a[i], a[i - 1], a[i - 2]);
        }
        if (to - from >= 2) {
            beforeLast = a[to - 2];
            last = a[to - 1];
        } else if (to > from) {
            beforeLast = last;
            last = a[from];
        }
    }

    private void count(byte at, byte before, byte beforeThat) {
        if (at == '\n' && (before == '\n' || (before == '\r' && beforeThat == '\n'))) {
            events++;
        }
    }

    /// The ends within a step that begins at `from`; the two bytes before it are read too.
    private static long countStep(MemorySegment segment, int from) {
        long sums = 0;
        for (int lane = 0; lane < STEP; lane += Long.BYTES) {
            long end = segment.get(LANE, (long) from + lane) ^ LINE_FEEDS;
            long before = segment.get(LANE, (long) from + lane - 1);
            long first = segment.get(LANE, (long) from + lane - 2) ^ LINE_FEEDS;
            sums += zeros(end | (before ^ LINE_FEEDS)) + zeros(end | (before ^ RETURNS) | first);
        }
        // No byte of the sums overflows: of 64 lanes each adds at most one.
        long pairs = (sums & EVEN_BYTES) + ((sums >>> Byte.SIZE) & EVEN_BYTES);
        return (pairs * PAIR_ONES) >>> (Long.SIZE - Short.SIZE);
    }

    /// A word with a one in each byte that is zero.
    private static long zeros(long word) {
        return ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS) >>> (Byte.SIZE - 1);
    }
}
