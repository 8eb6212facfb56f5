package dev.sluice.picker.prefix;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The blocks in each engine's KV cache, as the engines' events report them.
///
/// A single thread writes, through the [EngineBlocks] of each endpoint; readers take no lock. Each followed
/// endpoint has a slot: a small number that stands for it in sets of holders.
///
/// A lookup walks the prompt's blocks and keeps the slots that hold every block so far. It assumes no order of
/// eviction.
///
/// Memory: 17 bytes for each block of each endpoint and 12 for each distinct block, in tables that are a
/// quarter to three quarters full; 72 bytes were measured for a block with a single holder. Beyond the limit
/// blocks are not recorded, and fewer cached tokens are found.
public final class ExactPrefixIndex {
    /// Memory of a block with a single holder.
    public static final int BLOCK_BYTES = 72;

    private final int maxBlocks;
    private final HolderTable table = new HolderTable();
    /// Slot + 1 of each endpoint by its ordinal; 0 for an endpoint without a slot.
    private final AtomicIntegerArray slots = new AtomicIntegerArray(Pools.MAX_ENDPOINTS);
    private final AtomicLong blocks = new AtomicLong();
    private final BitSet taken = new BitSet();
    private final List<EngineBlocks> followed = new ArrayList<>();
    private volatile KnownBlock known = new KnownBlock(SlotSet.EMPTY, SlotSet.EMPTY, List.of());

    /// Slots that lookups use: all, the slots whose blocks are known completely, and all by the size of their
    /// blocks.
    private record KnownBlock(SlotSet slots, SlotSet whole, List<Sized> sized) {}

    private record Sized(int blockTokens, SlotSet slots) {}

    /// @param maxBlocks bound on recorded blocks over all endpoints
    public ExactPrefixIndex(int maxBlocks) {
        this.maxBlocks = maxBlocks;
    }

    /// Begins to record an endpoint's blocks; lookups use them from [EngineBlocks#publish] on.
    public EngineBlocks follow(Endpoint endpoint) {
        int slot = taken.nextClearBit(0);
        taken.set(slot);
        EngineBlocks own = new EngineBlocks(this, table, slot, endpoint.ordinal());
        followed.add(own);
        slots.setRelease(endpoint.ordinal(), slot + 1);
        return own;
    }

    void leave(EngineBlocks leaving) {
        followed.remove(leaving);
        slots.compareAndSet(leaving.ordinal(), leaving.slot() + 1, 0);
        taken.clear(leaving.slot());
        publish();
    }

    /// Keeps lookups from using any endpoint's blocks, because the writer has stopped.
    public void withdrawAll() {
        List.copyOf(followed).forEach(each -> each.publish(EngineBlocks.Coverage.UNKNOWN));
    }

    /// Publishes to lookups which endpoints' blocks they use.
    void publish() {
        SlotSet all = SlotSet.EMPTY;
        SlotSet whole = SlotSet.EMPTY;
        List<Sized> sized = new ArrayList<>();
        for (EngineBlocks each : followed) {
            if (each.coverage() != EngineBlocks.Coverage.UNKNOWN) {
                all = all.with(each.slot());
                whole = each.coverage() == EngineBlocks.Coverage.COMPLETE ? whole.with(each.slot()) : whole;
                addTo(sized, each);
            }
        }
        known = new KnownBlock(all, whole, List.copyOf(sized));
    }

    private static void addTo(List<Sized> sized, EngineBlocks each) {
        for (int i = 0; i < sized.size(); i++) {
            if (sized.get(i).blockTokens() == each.blockTokens()) {
                sized.set(i, new Sized(each.blockTokens(), sized.get(i).slots().with(each.slot())));
                return;
            }
        }
        if (each.blockTokens() > 0) {
            sized.add(new Sized(each.blockTokens(), SlotSet.EMPTY.with(each.slot())));
        }
    }

    /// Counts a block, where the bound allows another.
    boolean reserve() {
        if (blocks.get() >= maxBlocks) {
            return false;
        }
        blocks.incrementAndGet();
        return true;
    }

    void free(int count) {
        blocks.addAndGet(-count);
    }

    /// Finds how many leading tokens of the prompt each followed endpoint of the pool holds, and leaves the
    /// hits of other endpoints as they are.
    ///
    /// @param root the [TokenHash#root] of the adapter
    /// @param extra the [TokenHash#text] of the cache salt, 0 for a prompt without
    public void match(int[] tokens, long root, long extra, PoolSnapshot pool, PrefixHits hits) {
        KnownBlock now = known;
        int[] depths = hits.begin(tokens.length, now.slots().words() * Long.SIZE);
        for (Sized sized : now.sized()) {
            walk(tokens, TokenHash.extend(root, tokens, 0, 0, extra), sized, hits.alive(sized.slots()), depths);
        }
        for (int position = 0; position < pool.size(); position++) {
            int slot = slots.getAcquire(pool.ordinal(position)) - 1;
            if (slot >= 0 && now.slots().contains(slot)) {
                hits.setKnown(position, depths[slot], now.whole().contains(slot));
            }
        }
    }

    /// Walks the blocks of a size. The last token is left out, because engines compute it in any case, to
    /// sample from it.
    private void walk(int[] tokens, long root, Sized sized, long[] alive, int[] depths) {
        HolderTable.HolderReader reader = table.reader();
        int size = sized.blockTokens();
        int end = (tokens.length - 1) / size * size;
        long state = root;
        int words = sized.slots().words();
        SlotSet last = null;
        boolean some = true;
        int at = 0;
        for (; at < end && some; at += size) {
            state = TokenHash.extend(state, tokens, at, at + size, 0);
            SlotSet holders = reader.holders(TokenHash.key(state));
            if (holders != last || holders == null) {
                some = narrow(alive, words, holders, at, depths);
                last = holders;
            }
        }
        if (some) {
            narrow(alive, words, null, at, depths);
        }
    }

    /// Drops the slots without the block at `at`, and records that their prefix ends there.
    ///
    /// @return whether any slot is left
    private static boolean narrow(long[] alive, int words, @Nullable SlotSet holders, int at, int[] depths) {
        long left = 0;
        for (int word = 0; word < words; word++) {
            long keep = holders == null ? 0 : holders.word(word);
            long dropped = alive[word] & ~keep;
            while (dropped != 0) {
                depths[word * Long.SIZE + Long.numberOfTrailingZeros(dropped)] = at;
                dropped &= dropped - 1;
            }
            alive[word] &= keep;
            left |= alive[word];
        }
        return left != 0;
    }

    /// Number of recorded blocks over all endpoints.
    public long blocks() {
        return blocks.get();
    }

    /// Number of endpoints whose blocks lookups use.
    public long endpoints() {
        return known.slots().size();
    }
}
