package dev.sluice.picker.payload.response;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Counts the server-sent events of a stream without reading them: an event ends with an empty line, of LF or CR LF.
///
/// Line feeds are looked for at eight places at once, so that counting costs little beside passing the bytes on.
final class EventCount {
    private static final VarHandle LANE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = ONES * '\n';

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
        for (; i + Long.BYTES <= to; i += Long.BYTES) {
            long difference = (long) LANE.get(a, i) ^ LINE_FEEDS;
            // The high bit of each byte that is a line feed; above a true one perhaps of others, which are looked
            // at.
            for (long marks = (difference - ONES) & ~difference & HIGH_BITS; marks != 0; marks &= marks - 1) {
                end(a, from, i + (Long.numberOfTrailingZeros(marks) >>> 3));
            }
        }
        for (; i < to; i++) {
            end(a, from, i);
        }
        if (to - from >= 2) {
            beforeLast = a[to - 2];
            last = a[to - 1];
        } else if (to > from) {
            beforeLast = last;
            last = a[from];
        }
    }

    private void end(byte[] a, int from, int at) {
        if (a[at] == '\n') {
            byte before = before(a, from, at, 1);
            if (before == '\n' || (before == '\r' && before(a, from, at, 2) == '\n')) {
                events++;
            }
        }
    }

    private byte before(byte[] a, int from, int at, int distance) {
        int index = at - distance;
        if (index >= from) {
            return a[index];
        }
        return from - index == 1 ? last : beforeLast;
    }
}
