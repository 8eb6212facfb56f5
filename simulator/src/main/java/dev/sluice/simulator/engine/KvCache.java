package dev.sluice.simulator.engine;

import java.util.Arrays;

/// The paged KV cache with prefix caching: blocks with reference counts, and the free ones in least-recently-used
/// order.
///
/// A free block keeps its content until it is taken, so a later prompt with the same beginning can have it back. A
/// sequence gives its blocks back last one first, so that beginnings, which more prompts share, live longer.
final class KvCache {
    private static final long UNHASHED = 0;

    private final int[] references;
    private final long[] hashes;
    private final int[] previous;
    private final int[] next;
    private final BlockIndex index;
    private final CacheListener listener;
    private int free;
    private int empty;

    KvCache(int blocks, CacheListener listener) {
        this.listener = listener;
        references = new int[blocks];
        hashes = new long[blocks];
        // The entry after the last block is the head of the circular free list.
        previous = new int[blocks + 1];
        next = new int[blocks + 1];
        index = new BlockIndex(blocks);
        clear();
    }

    int blocks() {
        return references.length;
    }

    /// Blocks that no sequence holds.
    int free() {
        return free;
    }

    /// Free blocks without content: taking them costs nobody a prefix.
    int empty() {
        return empty;
    }

    /// The number of blocks at the beginning of the chain that are cached, at most `limit`.
    int match(BlockHashes chain, int limit) {
        int count = 0;
        while (count < limit && index.get(chain.hash(count)) != BlockIndex.NONE) {
            count++;
        }
        return count;
    }

    /// Gives an empty table the `matched` cached blocks and as many new ones as make `total`, or nothing if too
    /// few are free.
    boolean admit(BlockTable table, BlockHashes chain, int matched, int total) {
        int idle = 0;
        for (int i = 0; i < matched; i++) {
            if (references[index.get(chain.hash(i))] == 0) {
                idle++;
            }
        }
        if (total - matched > free - idle) {
            return false;
        }
        for (int i = 0; i < matched; i++) {
            int block = index.get(chain.hash(i));
            if (references[block]++ == 0) {
                unlink(block);
            }
            table.add(block);
        }
        table.registered = matched;
        return grow(table, total);
    }

    /// Extends a table to `total` blocks, or leaves it as it is if too few are free.
    boolean grow(BlockTable table, int total) {
        if (total - table.size() > free) {
            return false;
        }
        while (table.size() < total) {
            int block = next[head()];
            unlink(block);
            forget(block);
            references[block] = 1;
            table.add(block);
        }
        return true;
    }

    /// Makes the first `full` blocks of a table known to the prefix cache.
    void register(BlockTable table, BlockHashes chain, int full) {
        int stored = table.registered;
        for (int i = table.registered; i < full; i++) {
            long hash = chain.hash(i);
            // A second block with equal content stays unknown.
            if (index.putIfAbsent(hash, table.get(i))) {
                hashes[table.get(i)] = hash;
            } else {
                tellStored(chain, stored, i);
                stored = i + 1;
            }
        }
        tellStored(chain, stored, full);
        table.registered = Math.max(table.registered, full);
    }

    private void tellStored(BlockHashes chain, int from, int to) {
        if (from < to) {
            listener.stored(chain, from, to);
        }
    }

    /// Takes back all blocks of a table.
    void release(BlockTable table) {
        for (int i = table.size() - 1; i >= 0; i--) {
            int block = table.get(i);
            if (--references[block] == 0) {
                if (hashes[block] == UNHASHED) {
                    link(block, next[head()]);
                } else {
                    link(block, head());
                }
            }
        }
        table.clear();
    }

    /// Forgets all content; what sequences hold stays theirs.
    void reset() {
        index.clear();
        Arrays.fill(hashes, UNHASHED);
        empty = free;
        listener.cleared();
    }

    private void clear() {
        previous[head()] = head();
        next[head()] = head();
        for (int block = 0; block < references.length; block++) {
            link(block, head());
        }
    }

    private void forget(int block) {
        if (hashes[block] != UNHASHED) {
            index.remove(hashes[block]);
            listener.removed(hashes[block]);
            hashes[block] = UNHASHED;
        }
    }

    private int head() {
        return references.length;
    }

    private void link(int block, int before) {
        int after = previous[before];
        next[after] = block;
        previous[block] = after;
        next[block] = before;
        previous[before] = block;
        free++;
        empty += hashes[block] == UNHASHED ? 1 : 0;
    }

    private void unlink(int block) {
        next[previous[block]] = next[block];
        previous[next[block]] = previous[block];
        free--;
        empty -= hashes[block] == UNHASHED ? 1 : 0;
    }
}
