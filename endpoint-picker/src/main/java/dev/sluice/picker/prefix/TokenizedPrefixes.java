package dev.sluice.picker.prefix;

import dev.sluice.picker.model.PromptPrefix;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import org.jspecify.annotations.Nullable;

/// How much of a tokenized prompt each endpoint holds: what its engine has reported, and what requests on their way
/// there are about to put into its cache, so that a burst of prompts with one beginning does not spread before the
/// first of them has been reported.
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

    /// For pickers that follow no engine's events.
    public static TokenizedPrefixes none() {
        return new TokenizedPrefixes(new ExactPrefixIndex(0));
    }

    /// Whether it is worth to tokenize a prompt.
    public boolean areKnown() {
        return reported.endpoints() > 0;
    }

    /// Adds to `hits` what is known in tokens.
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

    /// A request with this prompt is on its way.
    public void expect(TokenizedPrompt prompt, Endpoint endpoint) {
        expected.insert(prompt.prefix(), prompt.seed(), endpoint, 0);
    }

    /// It has arrived and been reported, or will not arrive.
    public void settle(TokenizedPrompt prompt, Endpoint endpoint) {
        expected.remove(prompt.prefix(), prompt.seed(), endpoint, 0);
    }

    /// The endpoint's ordinal is another's from now on.
    public void forget(Endpoint endpoint) {
        expected.forget(endpoint);
    }

    /// What decides whether two prompts share a cache entry.
    ///
    /// @param seed of [PromptPrefix#key]
    /// @param adapter the LoRA adapter, or null for the base model
    public record TokenizedPrompt(
            PromptPrefix prefix,
            long seed,
            @Nullable String adapter,
            @Nullable String cacheSalt) {}
}
