package dev.sluice.picker.prefix;

import dev.sluice.picker.model.PromptPrefix;
import java.util.Arrays;

/// How much of one prompt each endpoint of a snapshot holds, by the endpoint's position.
///
/// [PrefixIndex#match] fills it with blocks of bytes; [ExactPrefixIndex#match] may then add tokens, for the endpoints
/// that are known exactly. A thread can have it filled again for each request, and then nothing is allocated.
public final class PrefixHits {
    private static final PrefixHits NONE = new PrefixHits();

    private int size;
    private int[] blocks = new int[0];
    private int[] positions = new int[0];

    /// The prompt's length, 0 when it is not known exactly.
    private int promptTokens;

    /// Tokens held: exactly those, or where negative at least −1 − them.
    private int[] known = new int[0];
    private int[] depths = new int[0];
    private long[] alive = new long[0];

    /// For work without a prompt.
    public static PrefixHits none() {
        return NONE;
    }

    /// Forgets what it held: no endpoint of this many holds anything.
    ///
    /// @return the positions 0 to `endpoints` − 1, for the search to sort as it likes
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

    void set(int position, int held) {
        blocks[position] = held;
    }

    public int blocks(int position) {
        return size == 0 ? 0 : blocks[position];
    }

    /// The prompt was tokenized; what endpoints are known to hold of it is told by [#setKnown].
    ///
    /// @return zeros for that many slots
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

    /// A copy of a set of slots, to be narrowed.
    long[] alive(SlotSet slots) {
        if (alive.length < slots.words()) {
            alive = new long[slots.words()];
        }
        for (int word = 0; word < slots.words(); word++) {
            alive[word] = slots.word(word);
        }
        return alive;
    }

    /// @param whole whether the endpoint holds no more than that; else it is the least
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

    /// Whether [#knownTokens] is all that the endpoint holds of the prompt; else it may hold what [#bytes] tells.
    public boolean isExact(int position) {
        return promptTokens > 0 && known[position] >= 0;
    }

    /// The tokens that the endpoint is known to hold.
    public int knownTokens(int position) {
        if (promptTokens == 0) {
            return 0;
        }
        return known[position] >= 0 ? known[position] : -1 - known[position];
    }

    /// The prompt's length in tokens, or 0 when it was not tokenized.
    public int promptTokens() {
        return promptTokens;
    }

    public long bytes(int position) {
        return (long) blocks(position) * PromptPrefix.BLOCK_BYTES;
    }
}
