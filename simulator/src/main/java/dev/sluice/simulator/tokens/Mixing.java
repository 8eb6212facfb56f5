package dev.sluice.simulator.tokens;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A fast 64-bit hash that is the same in every run.
final class Mixing {
    static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Mixing() {}

    /// The finalizer of SplitMix64.
    static long finish(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    static long hash(long seed, byte[] bytes, int from, int to) {
        long hash = seed ^ (to - from) * GOLDEN;
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            hash = Long.rotateLeft(hash ^ (long) LONGS.get(bytes, at) * GOLDEN, 29) * 0xD6E8FEB86659FD93L;
        }
        for (; at < to; at++) {
            hash = Long.rotateLeft(hash ^ (bytes[at] & 0xFF) * GOLDEN, 29) * 0xD6E8FEB86659FD93L;
        }
        return finish(hash);
    }
}
