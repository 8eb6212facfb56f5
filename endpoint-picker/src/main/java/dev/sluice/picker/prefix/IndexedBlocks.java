package dev.sluice.picker.prefix;

/// The blocks of a prompt that the [PrefixIndex] holds: each of the first 256, about 16,000 tokens, and every fourth of
/// those after them.
///
/// A prompt of 55,000 tokens takes 400 slots instead of 860, and as many fewer reads of memory. Its prefix is known
/// to within 192 tokens, where a block of a short prompt is known to within 64.
final class IndexedBlocks {
    private static final int EACH = 256;
    private static final int STRIDE_SHIFT = 2;

    private IndexedBlocks() {}

    /// The number of indexed blocks among the first blocks of a prompt.
    static int upTo(int blocks) {
        return blocks <= EACH ? blocks : EACH + ((blocks - EACH) >>> STRIDE_SHIFT);
    }

    /// The block of the prompt that is indexed at this place.
    static int block(int indexed) {
        return count(indexed + 1) - 1;
    }

    /// The number of leading blocks that so many indexed ones cover.
    static int count(int indexed) {
        return indexed <= EACH ? indexed : EACH + ((indexed - EACH) << STRIDE_SHIFT);
    }
}
