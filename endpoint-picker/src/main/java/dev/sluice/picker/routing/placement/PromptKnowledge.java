package dev.sluice.picker.routing.placement;

import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import org.jspecify.annotations.Nullable;

/// The knowledge about one prompt: which endpoints hold it, and what the end of its request teaches.
///
/// It holds nothing itself. What is expected of an endpoint's cache while the request is there, [PrefixReservation]
/// holds: it calls [#expect], and at the end [#settle] or [#leave].
public final class PromptKnowledge {
    private final Knowledge knowledge;
    private final Target target;
    private final Work.Prompted work;
    private final long seed;
    /// The prefix that the engine is expected to report, where it reports; null for prompts that were not
    /// tokenized.
    private final TokenizedPrefixes.@Nullable TokenizedPrompt tokenized;

    PromptKnowledge(Knowledge knowledge, Target target, Work.Prompted work, boolean isTokenized) {
        this.knowledge = knowledge;
        this.target = target;
        this.work = work;
        this.seed = prefixSeed(target, work);
        this.tokenized = isTokenized ? tokenizedPrompt(target, work) : null;
    }

    /// The number of leading blocks of the prompt that an endpoint is believed to hold.
    int blocks(Endpoint at) {
        return knowledge.prefixes().match(work.prompt(), seed, at);
    }

    /// The request has gone to an endpoint, which will hold the prompt.
    ///
    /// @param known blocks that it held already
    void expect(Endpoint at, int known) {
        knowledge.prefixes().insert(work.prompt(), seed, at, known);
        if (tokenized != null) {
            knowledge.tokenized().expect(tokenized, at);
        }
    }

    /// The engine has reported the prompt, or will not report it.
    void settle(Endpoint at) {
        if (tokenized != null) {
            knowledge.tokenized().settle(tokenized, at);
        }
    }

    /// The request has left an endpoint that did not answer it.
    ///
    /// @param known blocks that it held already
    /// @param computed whether the prompt was computed there all the same
    void leave(Endpoint at, int known, boolean computed) {
        try {
            settle(at);
        } finally {
            if (!computed) {
                knowledge.prefixes().remove(work.prompt(), seed, at, known);
            }
        }
    }

    /// The engine reported what the request used.
    ///
    /// @param known blocks that the endpoint was believed to hold
    void learn(Endpoint at, int known, TokenUsage usage) {
        knowledge.prefixes().advance(at, usage.completionTokens());
        knowledge.tokens().observe(target.served(), work.prompt().contentBytes(), usage);
        if (usage.cachedTokens() != TokenUsage.UNKNOWN && usage.promptTokens() > 0) {
            double bytesPerToken = (double) work.prompt().contentBytes() / usage.promptTokens();
            int found = (int) (usage.cachedTokens() * bytesPerToken / PromptPrefix.BLOCK_BYTES);
            knowledge.prefixes().observe(at, known, found);
        }
    }

    /// The answer was counted as it passed, and nothing was reported.
    void learn(Endpoint at, long answerTokens) {
        knowledge.prefixes().advance(at, answerTokens);
        knowledge.tokens().observeAnswer(target.served(), answerTokens);
    }

    public static TokenizedPrefixes.TokenizedPrompt tokenizedPrompt(Target target, Work.Prompted work) {
        ModelName adapter = target.adapter();
        return new TokenizedPrefixes.TokenizedPrompt(
                work.prompt(), prefixSeed(target, work), adapter == null ? null : adapter.value(), work.cacheSalt());
    }

    /// Engines keep the prefixes of different models, adapters and salts apart.
    public static long prefixSeed(Target target, Work.Prompted work) {
        long model = target.served().value().hashCode();
        return work.cacheSalt() == null
                ? model
                : model * Hashing.GOLDEN + work.cacheSalt().hashCode();
    }
}
