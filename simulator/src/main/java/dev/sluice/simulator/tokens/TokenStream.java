package dev.sluice.simulator.tokens;

import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.EngineConfig;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The tokens of one request: its prompt, then the text that a model generates from it, the same for the same
/// prompt.
public final class TokenStream implements BlockHashes {
    static final int TOKEN_BYTES = 4;
    private static final int BLOCK_BYTES = EngineConfig.BLOCK_TOKENS * TOKEN_BYTES;
    private static final int MEAN_ANSWER_TOKENS = 200;

    private final String model;
    private final byte[] prompt;
    private final long root;
    private final long seed;
    private final byte[] block = new byte[BLOCK_BYTES];
    private long[] hashes;
    private int known;

    /// @param model the model or adapter, since equal text has another KV cache in another model
    /// @param prompt whole tokens
    TokenStream(String model, byte[] prompt) {
        this.model = model;
        byte[] name = model.getBytes(StandardCharsets.UTF_8);
        this.prompt = prompt;
        this.root = Mixing.hash(Mixing.GOLDEN, name, 0, name.length);
        this.seed = Mixing.hash(root, prompt, 0, prompt.length);
        this.hashes = new long[prompt.length / BLOCK_BYTES + 16];
    }

    public int promptTokens() {
        return prompt.length / TOKEN_BYTES;
    }

    /// The number of tokens that the model would answer by itself: exponentially distributed, about 200 on
    /// average.
    public int answerTokens() {
        double uniform = ((Mixing.finish(seed ^ Mixing.GOLDEN) >>> 11) + 1) * 0x1.0p-53;
        return 1 + (int) (-Math.log(uniform) * MEAN_ANSWER_TOKENS);
    }

    /// Output tokens `from` (inclusive) to `to` as ASCII text.
    public byte[] text(int from, int to) {
        byte[] text = new byte[(to - from) * TOKEN_BYTES];
        for (int i = from; i < to; i++) {
            Vocabulary.write(seed, i, text, (i - from) * TOKEN_BYTES);
        }
        return text;
    }

    @Override
    public long hash(int index) {
        if (index >= hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.max(index + 1, hashes.length * 2));
        }
        while (known <= index) {
            long parent = known == 0 ? root : hashes[known - 1];
            long hash = hashBlock(parent, known * BLOCK_BYTES);
            hashes[known++] = hash == 0 ? 1 : hash;
        }
        return hashes[index];
    }

    /// The model or adapter that these are tokens of.
    public String model() {
        return model;
    }

    /// Tokens `from` (inclusive) to `to` as numbers of 0 to 2^32 − 1: the prompt's, then those of the text.
    public long[] ids(int from, int to) {
        long[] ids = new long[to - from];
        byte[] token = new byte[TOKEN_BYTES];
        for (int i = from; i < to; i++) {
            if (i < promptTokens()) {
                ids[i - from] = id(prompt, i * TOKEN_BYTES);
            } else {
                Vocabulary.write(seed, i - promptTokens(), token, 0);
                ids[i - from] = id(token, 0);
            }
        }
        return ids;
    }

    private static long id(byte[] bytes, int at) {
        long id = 0;
        for (int i = TOKEN_BYTES - 1; i >= 0; i--) {
            id = id << Byte.SIZE | (bytes[at + i] & 0xFF);
        }
        return id;
    }

    /// A small vector that stands for the prompt, of length 1.
    public float[] embedding(int dimensions) {
        float[] vector = new float[dimensions];
        double sum = 0;
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) ((Mixing.finish(seed + i * Mixing.GOLDEN) >> 11) * 0x1.0p-52);
            sum += vector[i] * vector[i];
        }
        double length = Math.sqrt(sum);
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
    }

    private long hashBlock(long parent, int start) {
        if (start + BLOCK_BYTES <= prompt.length) {
            return Mixing.hash(parent, prompt, start, start + BLOCK_BYTES);
        }
        int fromPrompt = Math.max(0, prompt.length - start);
        System.arraycopy(prompt, Math.min(start, prompt.length), block, 0, fromPrompt);
        int token = (start + fromPrompt - prompt.length) / TOKEN_BYTES;
        for (int at = fromPrompt; at < BLOCK_BYTES; at += TOKEN_BYTES) {
            Vocabulary.write(seed, token++, block, at);
        }
        return Mixing.hash(parent, block, 0, BLOCK_BYTES);
    }
}
