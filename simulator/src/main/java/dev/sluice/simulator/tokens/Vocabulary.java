package dev.sluice.simulator.tokens;

import java.nio.charset.StandardCharsets;

/// The words that generated text is made of, each a token: three letters and a space.
///
/// They need no escaping in JSON.
final class Vocabulary {
    private static final byte[] WORDS = """
            the and for are but not you all any can had her was one our out day get has him his how man new now old see \
            two way who boy did its let put say she too use air big box car cut dog eat end eye far few fly got hot ice \
            job key law low map net oil pay red run sea set sky \
            """.getBytes(StandardCharsets.US_ASCII);
    private static final int COUNT = WORDS.length / TokenStream.TOKEN_BYTES;

    private Vocabulary() {}

    /// Writes output token `index` of the text that grows from `seed`.
    static void write(long seed, int index, byte[] target, int offset) {
        int word = (int) Long.remainderUnsigned(Mixing.finish(seed + index * Mixing.GOLDEN), COUNT);
        System.arraycopy(WORDS, word * TokenStream.TOKEN_BYTES, target, offset, TokenStream.TOKEN_BYTES);
    }
}
