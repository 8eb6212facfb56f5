package dev.sluice.picker.prefix;

import dev.sluice.picker.model.PromptPrefix;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Signals;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// An approximate record of which endpoint holds which prompt blocks in its KV cache.
///
/// It is a fixed table of longs, like the transposition table of a chess engine: each slot packs one (block,
/// endpoint) pair, a bucket of eight slots fills one cache line, and a pair can only stand in the bucket that its
/// block and its endpoint's group of four choose. So a lookup reads one line, nothing is allocated, memory is
/// bounded, and when a bucket is full the pair that was used longest ago gives way. A block that all four
/// endpoints hold, such as a system prompt's, takes half a bucket, so that two such blocks do not push each other
/// out.
///
/// Readers and writers take no lock. Slots are read and written whole; two writers that meet may lose one pair,
/// which costs a wrong estimate for one block and no more.
///
/// An engine evicts its least recently used blocks. The index follows that with a clock for each endpoint which
/// counts the blocks that have newly entered its cache: a pair that was last used more than the cache's capacity
/// ago is taken as evicted.
///
/// ```
/// slot:  fingerprint of the block (28) | stamp (20) | endpoint ordinal (16);  0 = empty
/// ```
public final class PrefixIndex {
    /// Tokens of one block, at the usual four bytes a token.
    public static final int BLOCK_TOKENS = PromptPrefix.BLOCK_BYTES / 4;

    private static final int WAYS = 8;
    private static final int GROUP_SHIFT = 2;
    private static final int ORDINAL_BITS = 16;
    private static final int STAMP_BITS = 20;
    private static final int STAMP_MASK = (1 << STAMP_BITS) - 1;
    /// Blocks per unit of the stamp: 2^20 units make 16 million blocks before a stamp wraps.
    private static final int STAMP_SHIFT = 4;
    /// What an H100 with an 8B model holds, for engines that do not report their size.
    private static final long DEFAULT_CAPACITY_TOKENS = 430_000;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] slots;
    private final int bucketMask;
    private final AtomicLongArray clocks = new AtomicLongArray(Pools.MAX_ENDPOINTS);

    /// @param entries how many (block, endpoint) pairs to hold; rounded up to a power of two, eight bytes each
    public PrefixIndex(int entries) {
        if (entries < WAYS || entries > 1 << 30) {
            throw new IllegalArgumentException("entries must lie between " + WAYS + " and 2^30: " + entries);
        }
        int size = Integer.highestOneBit(Math.max(entries, 2 * WAYS) - 1) << 1;
        this.slots = new long[size];
        this.bucketMask = size / WAYS - 1;
    }

    /// How many leading blocks of the prompt each endpoint holds, in the endpoints' order.
    public PrefixHits match(PromptPrefix prompt, long seed, List<Endpoint> endpoints) {
        int[] matched = new int[endpoints.size()];
        for (int i = 0; i < matched.length; i++) {
            matched[i] = match(prompt, seed, endpoints.get(i));
        }
        return new PrefixHits(matched);
    }

    private int match(PromptPrefix prompt, long seed, Endpoint endpoint) {
        long now = stampOf(endpoint.ordinal());
        long capacity = capacityUnits(endpoint);
        int block = 0;
        while (block < prompt.blocks()) {
            int at = find(prompt.key(block, seed), endpoint.ordinal());
            if (at < 0 || age(read(at), now) > capacity) {
                return block;
            }
            block++;
        }
        return block;
    }

    /// Records that the endpoint has, or is about to have, all blocks of the prompt.
    public void insert(PromptPrefix prompt, long seed, Endpoint endpoint) {
        int ordinal = endpoint.ordinal();
        for (int block = 0; block < prompt.blocks(); block++) {
            if (put(prompt.key(block, seed), ordinal, stampOf(ordinal), capacityUnits(endpoint))) {
                clocks.incrementAndGet(ordinal);
            }
        }
    }

    /// Takes back an [#insert]: the endpoint never saw the blocks from `fromBlock` on.
    public void remove(PromptPrefix prompt, long seed, Endpoint endpoint, int fromBlock) {
        for (int block = fromBlock; block < prompt.blocks(); block++) {
            int at = find(prompt.key(block, seed), endpoint.ordinal());
            if (at >= 0) {
                SLOT.setOpaque(slots, at, 0L);
            }
        }
    }

    /// Counts tokens that entered the endpoint's cache without being indexed: generated ones.
    public void advance(Endpoint endpoint, long tokens) {
        clocks.addAndGet(endpoint.ordinal(), tokens / BLOCK_TOKENS);
    }

    /// Forgets everything an ordinal was known to hold: it belongs to a new endpoint, or its cache was cleared.
    public void forget(Endpoint endpoint) {
        int ordinal = endpoint.ordinal();
        if (clocks.getAndSet(ordinal, 0) == 0) {
            return;
        }
        for (int at = 0; at < slots.length; at++) {
            long slot = read(at);
            if (slot != 0 && ordinalOf(slot) == ordinal) {
                SLOT.setOpaque(slots, at, 0L);
            }
        }
    }

    /// @return whether the pair is new, or had been evicted
    private boolean put(long key, int ordinal, long now, long capacity) {
        long slot = pack(key, now, ordinal);
        int first = bucket(key, ordinal);
        int victim = first;
        long victimAge = -1;
        for (int at = first; at < first + WAYS; at++) {
            long current = read(at);
            if (samePair(current, slot)) {
                SLOT.setOpaque(slots, at, slot);
                return age(current, now) > capacity;
            }
            long age = current == 0 ? Long.MAX_VALUE : age(current, stampOf(ordinalOf(current)));
            if (age > victimAge) {
                victim = at;
                victimAge = age;
            }
        }
        SLOT.setOpaque(slots, victim, slot);
        return true;
    }

    private int find(long key, int ordinal) {
        long wanted = pack(key, 0, ordinal);
        int first = bucket(key, ordinal);
        for (int at = first; at < first + WAYS; at++) {
            if (samePair(read(at), wanted)) {
                return at;
            }
        }
        return -1;
    }

    private long read(int at) {
        return (long) SLOT.getOpaque(slots, at);
    }

    private int bucket(long key, int ordinal) {
        long mixed = (key + (ordinal >>> GROUP_SHIFT) * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        return ((int) (mixed >>> 33) & bucketMask) * WAYS;
    }

    /// The fingerprint's lowest bit is always set, so that no pair looks like an empty slot.
    private static long pack(long key, long stamp, int ordinal) {
        return ((key | 1) << (STAMP_BITS + ORDINAL_BITS)) | ((stamp & STAMP_MASK) << ORDINAL_BITS) | ordinal;
    }

    private static boolean samePair(long left, long right) {
        long stampBits = (long) STAMP_MASK << ORDINAL_BITS;
        return ((left ^ right) & ~stampBits) == 0;
    }

    private static int ordinalOf(long slot) {
        return (int) slot & (Pools.MAX_ENDPOINTS - 1);
    }

    private long stampOf(int ordinal) {
        return clocks.get(ordinal) >>> STAMP_SHIFT;
    }

    private static long age(long slot, long now) {
        return (now - (slot >>> ORDINAL_BITS)) & STAMP_MASK;
    }

    private static long capacityUnits(Endpoint endpoint) {
        Signals signals = endpoint.signals();
        long tokens = signals == null || signals.kvCapacityTokens() == 0
                ? DEFAULT_CAPACITY_TOKENS
                : signals.kvCapacityTokens();
        return Math.min((tokens / BLOCK_TOKENS) >>> STAMP_SHIFT, STAMP_MASK / 2);
    }

    /// How many pairs the table holds now, evicted ones included; reads the whole table.
    public long size() {
        return Arrays.stream(slots).filter(slot -> slot != 0).count();
    }
}
