package dev.sluice.picker.prefix;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.PromptPrefix;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/// An approximate index of the prompt blocks in each endpoint's KV cache.
///
/// It is a fixed table of longs, like the transposition table of a chess engine. Each slot packs a (block,
/// endpoint) pair. A bucket of eight slots fills a cache line. A pair's bucket follows from its block and its
/// endpoint's group of four. A lookup therefore reads a single line, nothing is allocated, and memory is
/// bounded. In a full bucket the least recently used pair is replaced. A block that all four endpoints hold,
/// such as a system prompt's, takes half a bucket, so two such blocks do not replace each other. The buckets of
/// 64 neighbouring groups lie in a memory page, so looking up a block in a large pool does not miss the TLB for
/// each group.
///
/// A block's key stands for all blocks before it too, so an endpoint with a block holds the blocks before it. A
/// lookup looks for the first block at all endpoints, then halves: a prompt of 2,000 blocks takes 11 steps,
/// each for all endpoints between the same bounds.
///
/// Readers and writers take no lock. Slots are read and written whole. Two writers at the same slot may lose a
/// pair, which makes the estimate for one request wrong.
///
/// The first 256 blocks of a prompt have a slot each, of those after them every fourth: [IndexedBlocks].
///
/// An engine evicts its least recently used blocks, a prompt's last before its first. The index models that
/// with a clock for each endpoint, which counts the blocks that have newly entered its cache. A used block is
/// stamped with its position in the engine's eviction queue: the clock less its distance from the prompt's
/// start. The block counts as evicted when the clock has passed its stamp by the cache's capacity. Example:
/// with a capacity of 6,700 blocks, a block stamped 10,000 counts as evicted from clock 16,701 on.
///
/// ```
/// slot:  fingerprint of the block (28) | stamp (20) | endpoint ordinal (16);  0 = empty
/// ```
public final class PrefixIndex {
    /// Tokens of a block, at the usual four bytes a token.
    public static final int BLOCK_TOKENS = PromptPrefix.BLOCK_BYTES / 4;

    private static final int WAYS = 8;
    private static final int GROUP_SHIFT = 2;
    private static final int GROUP_MASK = (1 << GROUP_SHIFT) - 1;
    /// Groups whose buckets of 64 bytes share a page of 4,096.
    private static final int PAGE_SHIFT = 6;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int ORDINAL_BITS = 16;
    private static final int STAMP_BITS = 20;
    private static final int STAMP_MASK = (1 << STAMP_BITS) - 1;
    /// Blocks per unit of the stamp: 2^20 units make 16 million blocks before a stamp wraps.
    private static final int STAMP_SHIFT = 4;
    private static final long PAIR_MASK = ~((long) STAMP_MASK << ORDINAL_BITS);
    /// KV capacity of an H100 with an 8B model, for engines that do not report theirs.
    private static final long DEFAULT_CAPACITY_TOKENS = 430_000;

    /// Prompts in a row with no hit at the engine, against the index, after which the engine counts as one
    /// without cache.
    private static final int MISSES_OF_NO_CACHE = 32;
    /// The capacity of a cache in which no block is fresh.
    private static final int NOTHING = -1;

    /// Blocks whose buckets are fetched from memory together.
    private static final int AHEAD = 32;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] slots;

    @SuppressWarnings("UnusedVariable") // Written so that the compiler keeps the loads of #touch.
    private long touched;

    private final int bucketMask;
    private final AtomicLongArray clocks = new AtomicLongArray(Pools.MAX_ENDPOINTS);
    /// Prompts in a row for which each engine reported no hit, against the index.
    private final AtomicIntegerArray misses = new AtomicIntegerArray(Pools.MAX_ENDPOINTS);
    /// Capacity of each endpoint in units of the stamp, as of the last insert.
    private final AtomicIntegerArray capacities = new AtomicIntegerArray(Pools.MAX_ENDPOINTS);

    /// @param entries capacity in (block, endpoint) pairs of eight bytes, rounded up to a power of two; twice
    ///     as many as shall be held, so that hardly any are replaced early
    public PrefixIndex(int entries) {
        if (entries < WAYS || entries > 1 << 30) {
            throw new IllegalArgumentException("entries must lie between " + WAYS + " and 2^30: " + entries);
        }
        int size = Integer.highestOneBit(Math.max(entries, 2 * WAYS) - 1) << 1;
        this.slots = new long[size];
        this.bucketMask = size / WAYS - 1;
    }

    /// Finds how many leading blocks of the prompt each endpoint of the pool holds.
    public void match(PromptPrefix prompt, long seed, PoolSnapshot pool, PrefixHits hits) {
        int[] positions = hits.reset(pool.size());
        if (prompt.blocks() == 0) {
            return;
        }
        SearchRanges ranges = hits.ranges();
        int holders = partition(prompt.key(0, seed), pool, positions, 0, pool.size());
        ranges.add(0, holders, 1, IndexedBlocks.upTo(prompt.blocks()) + 1);
        while (ranges.next()) {
            int from = ranges.from();
            int to = ranges.to();
            int held = ranges.held();
            int beyond = ranges.beyond();
            if (beyond - held > 1) {
                int middle = (held + beyond) >>> 1;
                int split = partition(key(prompt, seed, middle - 1), pool, positions, from, to);
                ranges.add(split, to, held, middle);
                ranges.add(from, split, middle, beyond);
            } else {
                for (int i = from; i < to; i++) {
                    hits.set(positions[i], IndexedBlocks.count(held));
                }
            }
        }
    }

    /// Moves the positions of endpoints with the block to the front.
    ///
    /// @return the end of these positions
    private int partition(long key, PoolSnapshot pool, int[] positions, int from, int to) {
        int split = from;
        int i = from;
        while (i < to) {
            int group = pool.ordinal(positions[i]) >>> GROUP_SHIFT;
            int lanes = lanes(key, group);
            do {
                int position = positions[i];
                if ((lanes >>> (pool.ordinal(position) & GROUP_MASK) & 1) != 0) {
                    positions[i] = positions[split];
                    positions[split++] = position;
                }
                i++;
            } while (i < to && pool.ordinal(positions[i]) >>> GROUP_SHIFT == group);
        }
        return split;
    }

    /// The number of leading blocks of the prompt that an endpoint holds.
    public int match(PromptPrefix prompt, long seed, Endpoint endpoint) {
        int held = 0;
        int beyond = IndexedBlocks.upTo(prompt.blocks()) + 1;
        while (beyond - held > 1) {
            int middle = held == 0 ? 1 : (held + beyond) >>> 1;
            if (holds(key(prompt, seed, middle - 1), endpoint.ordinal())) {
                held = middle;
            } else if (held == 0) {
                return 0;
            } else {
                beyond = middle;
            }
        }
        return IndexedBlocks.count(held);
    }

    private static long key(PromptPrefix prompt, long seed, int indexed) {
        return prompt.key(IndexedBlocks.block(indexed), seed);
    }

    private boolean holds(long key, int ordinal) {
        return (lanes(key, ordinal >>> GROUP_SHIFT) >>> (ordinal & GROUP_MASK) & 1) != 0;
    }

    /// The endpoints of a group with the block, as a bit for each.
    private int lanes(long key, int group) {
        long wanted = pack(key, 0, group << GROUP_SHIFT);
        int first = bucket(key, group);
        int lanes = 0;
        for (int way = 0; way < WAYS; way++) {
            long slot = read(first + way);
            if (((slot ^ wanted) & PAIR_MASK & ~GROUP_MASK) == 0 && isFresh(slot)) {
                lanes |= 1 << (slot & GROUP_MASK);
            }
        }
        return lanes;
    }

    private boolean isFresh(long slot) {
        int ordinal = ordinalOf(slot);
        return age(slot) <= capacities.getOpaque(ordinal);
    }

    /// Records that the endpoint has, or is about to have, all blocks of the prompt.
    ///
    /// @param known number of leading blocks that the endpoint has, by [#match]
    public void insert(PromptPrefix prompt, long seed, Endpoint endpoint, int known) {
        int ordinal = endpoint.ordinal();
        capacities.setOpaque(ordinal, capacityUnits(endpoint));
        int blocks = IndexedBlocks.upTo(prompt.blocks());
        long clock = clocks.addAndGet(ordinal, IndexedBlocks.count(blocks) - known);
        for (int from = 0; from < blocks; from += AHEAD) {
            int to = Math.min(from + AHEAD, blocks);
            touched = touch(prompt, seed, ordinal, from, to);
            for (int indexed = from; indexed < to; indexed++) {
                put(key(prompt, seed, indexed), ordinal, (clock - IndexedBlocks.block(indexed)) >>> STAMP_SHIFT);
            }
        }
    }

    /// Loads the buckets into the CPU's cache. These loads overlap; the updates after them depend on each
    /// other.
    ///
    /// @return something of what was loaded
    private long touch(PromptPrefix prompt, long seed, int ordinal, int from, int to) {
        long loaded = 0;
        for (int indexed = from; indexed < to; indexed++) {
            loaded |= read(bucket(key(prompt, seed, indexed), ordinal >>> GROUP_SHIFT));
        }
        return loaded;
    }

    /// Takes back an [#insert]: the endpoint never saw the blocks from `fromBlock` on.
    public void remove(PromptPrefix prompt, long seed, Endpoint endpoint, int fromBlock) {
        int blocks = IndexedBlocks.upTo(prompt.blocks());
        for (int indexed = IndexedBlocks.upTo(fromBlock); indexed < blocks; indexed++) {
            int at = find(key(prompt, seed, indexed), endpoint.ordinal());
            if (at >= 0) {
                SLOT.setOpaque(slots, at, 0L);
            }
        }
    }

    /// Learns from the cached tokens that an engine reported for a request.
    ///
    /// A prompt that was evicted early changes nothing: the request has just had it computed again, so the
    /// endpoint is still the right choice. An engine with no hit for 32 such prompts in a row has no prefix
    /// cache and counts as empty until it reports a hit.
    ///
    /// @param expected number of leading blocks by the index
    /// @param found number of leading blocks that the engine had cached
    public void observe(Endpoint endpoint, int expected, int found) {
        int ordinal = endpoint.ordinal();
        if (found > 0) {
            if (misses.getOpaque(ordinal) != 0) {
                misses.setOpaque(ordinal, 0);
                capacities.setOpaque(ordinal, capacityUnits(endpoint));
            }
        } else if (expected > 0 && misses.incrementAndGet(ordinal) == MISSES_OF_NO_CACHE) {
            capacities.setOpaque(ordinal, NOTHING);
        }
    }

    /// Counts generated tokens, which enter the endpoint's cache and are not indexed.
    public void advance(Endpoint endpoint, long tokens) {
        clocks.addAndGet(endpoint.ordinal(), tokens / BLOCK_TOKENS);
    }

    /// Forgets all blocks of an ordinal: it belongs to a new endpoint, or the endpoint's cache was cleared.
    public void forget(Endpoint endpoint) {
        int ordinal = endpoint.ordinal();
        misses.set(ordinal, 0);
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

    private void put(long key, int ordinal, long stamp) {
        int at = find(key, ordinal);
        SLOT.setOpaque(slots, at < 0 ? victim(bucket(key, ordinal >>> GROUP_SHIFT)) : at, pack(key, stamp, ordinal));
    }

    private int find(long key, int ordinal) {
        long wanted = pack(key, 0, ordinal);
        int first = bucket(key, ordinal >>> GROUP_SHIFT);
        for (int way = 0; way < WAYS; way++) {
            if (((read(first + way) ^ wanted) & PAIR_MASK) == 0) {
                return first + way;
            }
        }
        return -1;
    }

    /// An empty slot of the bucket, or the slot of the least recently used pair.
    private int victim(int first) {
        int victim = first;
        long oldest = -1;
        for (int at = first; at < first + WAYS; at++) {
            long slot = read(at);
            if (slot == 0) {
                return at;
            }
            long age = age(slot);
            if (age > oldest) {
                victim = at;
                oldest = age;
            }
        }
        return victim;
    }

    private long read(int at) {
        return (long) SLOT.getOpaque(slots, at);
    }

    private int bucket(long key, int group) {
        long mixed = (key + (group >>> PAGE_SHIFT) * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        return (((int) (mixed >>> 33) ^ (group & PAGE_MASK)) & bucketMask) * WAYS;
    }

    /// The fingerprint's lowest bit is always set, so that no pair looks like an empty slot.
    private static long pack(long key, long stamp, int ordinal) {
        return ((key | 1) << (STAMP_BITS + ORDINAL_BITS)) | ((stamp & STAMP_MASK) << ORDINAL_BITS) | ordinal;
    }

    private static int ordinalOf(long slot) {
        return (int) slot & (Pools.MAX_ENDPOINTS - 1);
    }

    private long age(long slot) {
        long now = clocks.getOpaque(ordinalOf(slot)) >>> STAMP_SHIFT;
        return (now - (slot >>> ORDINAL_BITS)) & STAMP_MASK;
    }

    private int capacityUnits(Endpoint endpoint) {
        return misses.getOpaque(endpoint.ordinal()) >= MISSES_OF_NO_CACHE
                ? NOTHING
                : (int) Math.min(capacityBlocks(endpoint) >>> STAMP_SHIFT, STAMP_MASK / 2);
    }

    private static long capacityBlocks(Endpoint endpoint) {
        Signals signals = endpoint.signals();
        long tokens = signals == null || signals.kvCache().capacityTokens() == 0
                ? DEFAULT_CAPACITY_TOKENS
                : signals.kvCache().capacityTokens();
        return tokens / BLOCK_TOKENS;
    }

    /// The number of pairs in the table, evicted pairs included; reads the whole table.
    public long size() {
        return Arrays.stream(slots).filter(slot -> slot != 0).count();
    }
}
