package dev.sluice.picker.prefix;

import dev.sluice.picker.prompt.PromptPrefix;
import java.util.Arrays;

/// The prefix of a prompt that each endpoint of a snapshot holds, by the endpoint's position.
///
/// [PrefixIndex#match] fills in blocks of bytes; [ExactPrefixIndex#match] may then add tokens for endpoints
/// whose KV events are followed. A thread reuses the object for each request, so nothing is allocated.
public final class PrefixHits {
    private static final PrefixHits NONE = new PrefixHits();

    private int size;
    private int[] blocks = new int[0];
    private int[] positions = new int[0];
    private final SearchRanges ranges = new SearchRanges();

    /// Tokens of the prompt, 0 without a tokenization.
    private int promptTokens;

    /// Tokens that each endpoint holds: exactly n as n, at least n as −1 − n.
    private int[] known = new int[0];
    private int[] depths = new int[0];
    private long[] alive = new long[0];

    /// The hits of a request without a prompt.
    public static PrefixHits none() {
        return NONE;
    }

    /// Resets the hits of `endpoints` endpoints to nothing.
    ///
    /// @return the positions 0 to `endpoints` − 1, which the search may reorder
    int[] reset(int endpoints) {
        if (blocks.length < endpoints) {
            blocks = new int[endpoints];
            positions = new int[endpoints];
        }
        size = endpoints;
        promptTokens = 0;
        Arrays.fill(blocks, 0, endpoints, 0);
        for (int i = 0; i < endpoints; i++) {
            positions[i] = i;
        }
        return positions;
    }

    /// The ranges of a search; none are left when it has ended.
    SearchRanges ranges() {
        return ranges;
    }

    void set(int position, int held) {
        blocks[position] = held;
    }

    public int blocks(int position) {
        return size == 0 ? 0 : blocks[position];
    }

    /// Begins the hits of a tokenized prompt, which [#setKnown] fills in.
    ///
    /// @return an array with a zero for each slot
    int[] begin(int tokens, int slots) {
        promptTokens = tokens;
        if (known.length < size) {
            known = new int[size];
        }
        Arrays.fill(known, 0, size, -1);
        if (depths.length < slots) {
            depths = new int[slots];
        }
        Arrays.fill(depths, 0, slots, 0);
        return depths;
    }

    /// A copy of a set of slots, which the lookup narrows.
    long[] alive(SlotSet slots) {
        if (alive.length < slots.words()) {
            alive = new long[slots.words()];
        }
        for (int word = 0; word < slots.words(); word++) {
            alive[word] = slots.word(word);
        }
        return alive;
    }

    /// @param whole whether `tokens` is exact; if not, it is a lower bound
    void setKnown(int position, int tokens, boolean whole) {
        known[position] = whole ? tokens : -1 - tokens;
    }

    /// Counts tokens that the endpoint is about to hold.
    public void expect(int position, int tokens) {
        int most = Math.min(tokens, promptTokens - 1);
        if (most > knownTokens(position)) {
            setKnown(position, most, isExact(position));
        }
    }

    /// [#knownTokens] is exact; if not, the endpoint may hold as much as [#bytes] says.
    public boolean isExact(int position) {
        return promptTokens > 0 && known[position] >= 0;
    }

    /// Tokens of the prompt that the endpoint holds, as a lower bound or exactly.
    public int knownTokens(int position) {
        if (promptTokens == 0) {
            return 0;
        }
        return known[position] >= 0 ? known[position] : -1 - known[position];
    }

    /// Tokens of the prompt, 0 without a tokenization.
    public int promptTokens() {
        return promptTokens;
    }

    public long bytes(int position) {
        return (long) blocks(position) * PromptPrefix.BLOCK_BYTES;
    }
}
