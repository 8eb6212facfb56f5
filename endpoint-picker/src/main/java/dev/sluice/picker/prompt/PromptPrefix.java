package dev.sluice.picker.prompt;

import java.util.Arrays;

/// A prompt as the prefix index sees it: one 64-bit hash for each full block of its bytes, each chained on the one
/// before.
///
/// Two prompts share their first *k* chain values exactly when their first *k* blocks are equal (up to hash
/// collisions). The bytes are roles and unescaped content in prompt order, so white space and key order of the
/// body do not matter.
public final class PromptPrefix {
    /// Prompt bytes per block: about 64 tokens.
    public static final int BLOCK_BYTES = 256;

    /// The prompt of a request whose body was not read.
    public static final PromptPrefix EMPTY = new PromptPrefix(new long[0], 0, 0);

    private final long[] chain;
    private final long contentBytes;
    private final long head;

    public PromptPrefix(long[] chain, long contentBytes, long head) {
        this(contentBytes, head, chain.clone());
    }

    private PromptPrefix(long contentBytes, long head, long[] chain) {
        this.chain = chain;
        this.contentBytes = contentBytes;
        this.head = head;
    }

    /// The prefix with the array itself as its chain; the array must not be written to any more.
    public static PromptPrefix owning(long[] chain, long contentBytes, long head) {
        return new PromptPrefix(contentBytes, head, chain);
    }

    /// Full blocks in the chain; the partial last block has none, and very long prompts are capped.
    public int blocks() {
        return chain.length;
    }

    /// The index key of a block under a seed, which stands for what else must be equal for a cache hit: target
    /// model, adapter, cache salt.
    public long key(int block, long seed) {
        long x = chain[block] ^ (seed * 0x9E3779B97F4A7C15L);
        x = (x ^ (x >>> 32)) * 0xD6E8FEB86659FD93L;
        return x ^ (x >>> 29);
    }

    /// Bytes of the whole prompt, with the partial last block and what is beyond the cap; the token estimate's base.
    public long contentBytes() {
        return contentBytes;
    }

    /// A hash of the first block, or of the whole prompt where it is shorter: what replicas rendezvous on.
    public long head() {
        return head;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PromptPrefix that
                && contentBytes == that.contentBytes
                && head == that.head
                && Arrays.equals(chain, that.chain);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(head) * 31 + Long.hashCode(contentBytes);
    }

    @Override
    public String toString() {
        return "PromptPrefix[blocks=" + chain.length + ", contentBytes=" + contentBytes + "]";
    }
}
