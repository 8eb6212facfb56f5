package dev.sluice.lab.workload;

import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.EngineConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A prompt as a row of segments: enough to say what it shares with others, by tokens as an engine sees it and by
/// bytes as a picker does, without a text.
///
/// Two prompts agree up to a position exactly when the segments up to there are the same ones.
public final class Prompt {
    /// The blocks that a picker hashes of one prompt at most, as the real scan does.
    private static final int MAX_PREFIX_BLOCKS = 8_192;

    private final List<Segment> segments;
    /// The hash of the segments up to and with each.
    private final long[] chain;
    private final long[] tokenEnds;
    private final long[] byteEnds;
    private long @Nullable [] blocks;

    public Prompt(List<Segment> segments) {
        int size = segments.size();
        this.segments = List.copyOf(segments);
        if (size == 0) {
            throw new IllegalArgumentException("a prompt needs a segment");
        }
        chain = new long[size];
        tokenEnds = new long[size];
        byteEnds = new long[size];
        long hash = 0;
        long tokens = 0;
        long bytes = 0;
        for (int i = 0; i < size; i++) {
            Segment segment = segments.get(i);
            hash = Mix.of(hash, segment.id());
            tokens += segment.tokens();
            bytes += segment.bytes();
            chain[i] = hash;
            tokenEnds[i] = tokens;
            byteEnds[i] = bytes;
        }
    }

    /// The segments that the prompt is made of.
    public List<Segment> segments() {
        return segments;
    }

    public int tokens() {
        return (int) tokenEnds[tokenEnds.length - 1];
    }

    public long bytes() {
        return byteEnds[byteEnds.length - 1];
    }

    /// The engine's hash chain over the prompt and the answer that follows it.
    ///
    /// An engine asks again and again while the request waits, so what is in the prompt is computed once.
    public BlockHashes blocks(long answer) {
        if (blocks == null) {
            blocks = chain(tokenEnds, EngineConfig.BLOCK_TOKENS, tokens() / EngineConfig.BLOCK_TOKENS);
        }
        long[] known = blocks;
        long last = Mix.of(chain[chain.length - 1], answer);
        return index ->
                nonZero(index < known.length ? known[index] : Mix.of(last, (index + 1L) * EngineConfig.BLOCK_TOKENS));
    }

    /// The chain that a picker hashes over the body's bytes.
    public PromptPrefix prefix() {
        long[] hashes = pieces(PromptPrefix.BLOCK_BYTES, MAX_PREFIX_BLOCKS);
        long head = hashes.length > 0 ? hashes[0] : Mix.of(chain[chain.length - 1], bytes());
        return new PromptPrefix(hashes, bytes(), head);
    }

    /// A chain over full pieces of so many bytes, for pickers with blocks of another size.
    public long[] pieces(int pieceBytes, int limit) {
        return chain(byteEnds, pieceBytes, (int) Math.min(limit, bytes() / pieceBytes));
    }

    /// Hashes of everything up to each multiple of a size, which lies in the first segment that ends at or after it.
    private long[] chain(long[] ends, int size, int count) {
        long[] hashes = new long[count];
        int segment = 0;
        for (int i = 0; i < count; i++) {
            long position = (i + 1L) * size;
            while (ends[segment] < position) {
                segment++;
            }
            hashes[i] = Mix.of(chain[segment], position);
        }
        return hashes;
    }

    private static long nonZero(long hash) {
        return hash == 0 ? 1 : hash;
    }
}
