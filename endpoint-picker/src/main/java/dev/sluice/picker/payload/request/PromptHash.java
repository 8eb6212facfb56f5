package dev.sluice.picker.payload.request;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.payload.json.ByteSink;
import dev.sluice.picker.prompt.PromptPrefix;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The hash chain of a stream of prompt bytes: after every full block, the 64-bit hash of that block and all
/// before it.
///
/// A block is hashed as NH, UMAC's inner hash, does: each word meets a key of its own, its halves are multiplied, the
/// products added. Two such sums with different keys make up 128 bits; where a key makes one half zero in one sum and
/// hides the other half, it does not in the other. No step waits for the one before, which is what makes this fast.
/// The sums, then the block's hash and the chain before it, are joined by the mixing step of the wyhash and rapidhash
/// family: multiply to 128 bits and fold the halves together; like those hashes' protected variants the fold keeps
/// the factors, so that no input can multiply the state away by zero. The constants are digits of π and e, made odd;
/// they are fixed, because all replicas must agree. It is no cryptographic hash: who crafts a collision mispredicts
/// the cache hits of his own prompts, and no more.
final class PromptHash implements ByteSink {
    private static final VarHandle LANE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = PromptPrefix.BLOCK_BYTES;
    private static final int LANES = BLOCK / Long.BYTES;
    private static final long[] NONE = {};

    /// Chain values whose room is kept for the next prompt: those of a quarter of a megabyte.
    private static final int KEPT = 1024;

    private static final long K0 = 0x243F6A8885A308D3L;
    private static final long K1 = 0x13198A2E03707345L;
    private static final long K2 = 0xB7E151628AED2A6BL;
    private static final long K3 = 0xBF7158809CF4F3C7L;
    private static final long[] KEYS = keys();

    private final int maxBlocks;
    private final byte[] open = new byte[BLOCK];
    private int openLength;
    private long[] chain = NONE;
    private int blocks;
    private long last;
    private long length;

    /// @param maxBlocks how many chain values to keep; bytes beyond count for [#digest()] and [#length()] only
    PromptHash(int maxBlocks) {
        this.maxBlocks = maxBlocks;
    }

    @Override
    public void write(byte[] a, int from, int to) {
        length += to - from;
        if (to - from == 1 && openLength < BLOCK - 1) {
            // What most escapes stand for, a line's end above all.
            open[openLength++] = a[from];
            return;
        }
        int i = from;
        if (openLength > 0) {
            int taken = Math.min(BLOCK - openLength, to - from);
            System.arraycopy(a, from, open, openLength, taken);
            openLength += taken;
            i += taken;
            if (openLength < BLOCK) {
                return;
            }
            add(combine(block(open, 0), last));
            openLength = 0;
        }
        for (; to - i >= BLOCK; i += BLOCK) {
            add(combine(block(a, i), last));
        }
        System.arraycopy(a, i, open, 0, to - i);
        openLength = to - i;
    }

    void reset() {
        openLength = 0;
        blocks = 0;
        last = 0;
        length = 0;
        if (chain.length > KEPT) {
            chain = NONE;
        }
    }

    int blocks() {
        return blocks;
    }

    long chain(int block) {
        return chain[block];
    }

    long length() {
        return length;
    }

    /// The hash of all bytes so far, with the open block.
    long digest() {
        Arrays.fill(open, openLength, BLOCK, (byte) 0);
        return mix(combine(block(open, 0), last) ^ K3, length ^ K0);
    }

    private void add(long hash) {
        last = hash;
        if (blocks == maxBlocks) {
            return;
        }
        if (blocks == chain.length) {
            chain = Arrays.copyOf(chain, Math.max(16, 2 * blocks));
        }
        chain[blocks++] = hash;
    }

    private static long block(byte[] a, int at) {
        long s = 0;
        long t = 0;
        for (int i = 0; i < LANES; i++) {
            long word = (long) LANE.get(a, at + Long.BYTES * i);
            s += product(word ^ KEYS[i]);
            t += product(word ^ KEYS[LANES + i]);
        }
        return mix(s ^ K1, t ^ K2);
    }

    private static long product(long word) {
        return (word & 0xFFFF_FFFFL) * (word >>> 32);
    }

    /// Keys from K0 and K1 by the steps of SplitMix64.
    private static long[] keys() {
        long[] keys = new long[2 * LANES];
        long state = K0;
        for (int i = 0; i < keys.length; i++) {
            state += K1;
            keys[i] = Hashing.mix(state);
        }
        return keys;
    }

    /// A hash under what came before it.
    static long combine(long hash, long before) {
        return mix(hash ^ K1, before ^ K3);
    }

    private static long mix(long a, long b) {
        return a ^ b ^ (a * b) ^ Math.unsignedMultiplyHigh(a, b);
    }
}
