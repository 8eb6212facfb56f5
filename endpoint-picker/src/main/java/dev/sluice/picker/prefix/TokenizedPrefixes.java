package dev.sluice.picker.prefix;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.PromptTokens;
import org.jspecify.annotations.Nullable;

/// The prefix of a tokenized prompt that each endpoint holds or is about to hold: blocks that its engine has
/// reported, and blocks of requests in flight there. With the latter a burst of prompts with a common prefix
/// stays together before the engine has reported the first of them.
public final class TokenizedPrefixes {
    /// Blocks of requests in flight: 2 MB.
    private static final int EXPECTED_ENTRIES = 1 << 18;

    private final ExactPrefixIndex reported;
    private final PrefixIndex expected;
    private final ThreadLocal<PrefixHits> scratch = ThreadLocal.withInitial(PrefixHits::new);

    public TokenizedPrefixes(ExactPrefixIndex reported) {
        this.reported = reported;
        this.expected = new PrefixIndex(EXPECTED_ENTRIES);
    }

    /// Prefixes of a picker that follows no KV events.
    public static TokenizedPrefixes none() {
        return new TokenizedPrefixes(new ExactPrefixIndex(0));
    }

    /// The blocks of an endpoint are known, so that tokenizing is worth its time.
    public boolean areKnown() {
        return reported.endpoints() > 0;
    }

    /// Adds the tokens that endpoints hold to `hits`.
    public void match(TokenizedPrompt prompt, PromptTokens tokens, PoolSnapshot pool, PrefixHits hits) {
        reported.match(
                tokens.ids(),
                TokenHash.root(prompt.adapter()),
                prompt.cacheSalt() == null ? 0 : TokenHash.text(0, prompt.cacheSalt()),
                pool,
                hits);
        PrefixHits coming = scratch.get();
        expected.match(prompt.prefix(), prompt.seed(), pool, coming);
        double tokensPerByte =
                (double) tokens.count() / Math.max(1, prompt.prefix().contentBytes());
        for (int position = 0; position < pool.size(); position++) {
            if (coming.blocks(position) > 0) {
                hits.expect(position, (int) (coming.bytes(position) * tokensPerByte));
            }
        }
    }

    /// A request with this prompt has been placed.
    public void expect(TokenizedPrompt prompt, Endpoint endpoint) {
        expected.insert(prompt.prefix(), prompt.seed(), endpoint, 0);
    }

    /// The request's blocks have been reported, or will not be.
    public void settle(TokenizedPrompt prompt, Endpoint endpoint) {
        expected.remove(prompt.prefix(), prompt.seed(), endpoint, 0);
    }

    /// Forgets the endpoint; its ordinal belongs to a new endpoint from now on.
    public void forget(Endpoint endpoint) {
        expected.forget(endpoint);
    }

    /// A prompt with everything that decides a cache hit.
    ///
    /// @param seed the seed of [PromptPrefix#key]
    /// @param adapter the LoRA adapter, or null for the base model
    public record TokenizedPrompt(
            PromptPrefix prefix,
            long seed,
            @Nullable String adapter,
            @Nullable String cacheSalt) {}
}
