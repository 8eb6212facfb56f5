package dev.sluice.picker.prefix;

import dev.sluice.picker.model.PromptPrefix;
import java.util.Arrays;

/// How many leading blocks of one prompt each endpoint of a snapshot holds, by the endpoint's position.
///
/// [PrefixIndex#match] fills it; a thread can have it filled again for each request, and then nothing is allocated.
public final class PrefixHits {
    private static final PrefixHits NONE = new PrefixHits();

    private int size;
    private int[] blocks = new int[0];
    private int[] positions = new int[0];

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

    public long bytes(int position) {
        return (long) blocks(position) * PromptPrefix.BLOCK_BYTES;
    }
}
