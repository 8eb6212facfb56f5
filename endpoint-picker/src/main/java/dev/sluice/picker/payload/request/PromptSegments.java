package dev.sluice.picker.payload.request;

import dev.sluice.picker.prompt.PromptPrefix;
import java.util.EnumMap;
import java.util.Map;

/// The prompt's parts, each hashed on its own in whatever order the body has them, and chained in the prompt's
/// order at the end: the chain of a part depends on all bytes of the parts before it.
final class PromptSegments {
    private final int maxBlocks;

    private final Map<Field, PromptHash> segments = new EnumMap<>(Field.class);

    PromptSegments(int maxBlocks) {
        this.maxBlocks = maxBlocks;
    }

    PromptHash of(Field field) {
        PromptHash segment = segments.get(field);
        if (segment == null) {
            segment = new PromptHash(maxBlocks);
            segments.put(field, segment);
        }
        return segment;
    }

    void reset() {
        segments.values().forEach(PromptHash::reset);
    }

    PromptPrefix combine() {
        long[] chain = new long[blocks()];
        int filled = 0;
        long before = 0;
        long bytes = 0;
        for (PromptHash segment : segments.values()) {
            if (segment.length() == 0) {
                continue;
            }
            int blocks = Math.min(segment.blocks(), chain.length - filled);
            for (int i = 0; i < blocks; i++) {
                chain[filled++] = PromptHash.combine(segment.chain(i), before);
            }
            before = PromptHash.combine(segment.digest(), before);
            bytes += segment.length();
        }
        return PromptPrefix.owning(chain, bytes, chain.length > 0 ? chain[0] : before);
    }

    private int blocks() {
        int blocks = 0;
        for (PromptHash segment : segments.values()) {
            blocks += segment.blocks();
        }
        return Math.min(blocks, maxBlocks);
    }
}
