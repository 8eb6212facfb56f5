package dev.sluice.picker.app;

import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.cost.EngineWitness;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.telemetry.Meters;

/// The stores of what a picker has learned: prefixes of prompts, rates, tokens of texts, and its last
/// decisions.
record Stores(
        PrefixIndex prefixes,
        ExactPrefixIndex exact,
        TokenizedPrefixes tokenized,
        RateBook rates,
        TokenLearner tokens,
        Journal journal) {
    /// The exact prefix index may take one part in so many of the heap.
    private static final int EXACT_SHARE = 5;

    static Stores of(PickerConfig.Memory memory, Meters meters) {
        ExactPrefixIndex exact = new ExactPrefixIndex(exactBlocks());
        return new Stores(
                new PrefixIndex(memory.prefixEntries()),
                exact,
                new TokenizedPrefixes(exact),
                new RateBook(learner -> RateGauges.register(meters, learner)),
                new TokenLearner(),
                new Journal(memory.journalBytes()));
    }

    private static int exactBlocks() {
        long most = Runtime.getRuntime().maxMemory() / EXACT_SHARE / ExactPrefixIndex.BLOCK_BYTES;
        return (int) Math.min(most, Integer.MAX_VALUE);
    }

    /// An endpoint is new, perhaps under the number of an endpoint that has gone.
    void joining(Endpoint endpoint) {
        prefixes.forget(endpoint);
        tokenized.forget(endpoint);
    }

    /// Knowledge of what prompts cost where.
    Knowledge knowledge() {
        return new Knowledge(prefixes, tokenized, tokens, rates);
    }

    /// The learner of an endpoint's rates from its engine's totals.
    EngineWitness witness(Endpoint endpoint) {
        return new EngineWitness(endpoint, tokens, rates);
    }
}
