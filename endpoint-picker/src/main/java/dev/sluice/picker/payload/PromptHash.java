package dev.sluice.picker.payload;

import dev.sluice.picker.model.PromptPrefix;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The hash chain of a stream of prompt bytes: after every full block, the 64-bit hash of that block and all
/// before it.
///
/// The mixing step is the one of the wyhash and rapidhash family: two 64-bit lanes of input, each xored with
/// state or a constant, are multiplied to 128 bits and the halves are folded together. Like those hashes'
/// protected variants the fold keeps the factors, so that no input can multiply the state away by zero. Two such
/// chains of 128 bytes run side by side over each block, and a block is hashed before it is joined to the chain, so
/// that the processor can begin the next: both hide the multiplier's latency. The constants are
/// digits of π and e, made odd; they are fixed, because all replicas must agree. It is no cryptographic hash: who
/// crafts a collision mispredicts the cache hits of his own prompts, and no more.
final class PromptHash implements ByteSink {
    private static final VarHandle LANE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = PromptPrefix.BLOCK_BYTES;
    private static final long[] NONE = {};

    /// Chain values whose room is kept for the next prompt: those of a quarter of a megabyte.
    private static final int KEPT = 1024;

    private static final long K0 = 0x243F6A8885A308D3L;
    private static final long K1 = 0x13198A2E03707345L;
    private static final long K2 = 0xB7E151628AED2A6BL;
    private static final long K3 = 0xBF7158809CF4F3C7L;

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
        long x = K0;
        long y = K1;
        for (int i = at; i < at + BLOCK; i += 32) {
            x = mix((long) LANE.get(a, i) ^ K2, (long) LANE.get(a, i + 8) ^ x);
            y = mix((long) LANE.get(a, i + 16) ^ K3, (long) LANE.get(a, i + 24) ^ y);
        }
        return mix(x ^ K1, y ^ K2);
    }

    /// A hash under what came before it.
    static long combine(long hash, long before) {
        return mix(hash ^ K1, before ^ K3);
    }

    private static long mix(long a, long b) {
        return a ^ b ^ (a * b) ^ Math.unsignedMultiplyHigh(a, b);
    }
}
