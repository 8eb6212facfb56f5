package dev.sluice.picker.scheduling;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.ScorerWeights;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.Work;

/// The weighted sum of scorers that upstream's picker uses, with the pool's weights.
///
/// Each scorer yields 0 to 1, and more is better; the sum is negated, because the lowest price wins. It reads
/// the engines' signals only, as upstream does: it exists for comparison and for migration.
public final class WeightedPolicy implements Policy {
    @Override
    public PolicyKind kind() {
        return PolicyKind.WEIGHTED;
    }

    @Override
    public void price(SchedulingInput input, PriceList prices) {
        PoolSnapshot pool = input.pool();
        ScorerWeights weights = pool.settings().policy().weights();
        int shortest = Integer.MAX_VALUE;
        int longest = 0;
        for (int i = 0; i < prices.size(); i++) {
            int waiting = waiting(pool.endpoint(prices.position(i)));
            shortest = Math.min(shortest, waiting);
            longest = Math.max(longest, waiting);
        }
        int range = longest - shortest;
        int blocks = blocks(input.request().work());
        for (int i = 0; i < prices.size(); i++) {
            int position = prices.position(i);
            Endpoint endpoint = pool.endpoint(position);
            Signals signals = endpoint.signals();
            float queue = range == 0 ? 1 : 1 - (float) (waiting(endpoint) - shortest) / range;
            float kvCache = signals == null ? 0 : (float) (1 - signals.kvCache().usage());
            float prefix = prefixShare(input, position, blocks);
            prices.part(0)[i] = -weights.queue() * queue;
            prices.part(1)[i] = -weights.kvCache() * kvCache;
            prices.part(2)[i] = -weights.prefix() * prefix;
        }
    }

    /// A tenth of the best sum that there can be.
    @Override
    public float leeway(SchedulingInput input, int position, float best) {
        ScorerWeights weights = input.pool().settings().policy().weights();
        return (weights.queue() + weights.kvCache() + weights.prefix()) / 10;
    }

    private static float prefixShare(SchedulingInput input, int position, int blocks) {
        int tokens = input.hits().promptTokens();
        if (tokens > 0) {
            return (float) input.cachedTokens(position) / tokens;
        }
        return blocks == 0 ? 0 : (float) input.hits().blocks(position) / blocks;
    }

    private static int waiting(Endpoint endpoint) {
        Signals signals = endpoint.signals();
        return signals == null ? 0 : signals.waiting();
    }

    /// Upstream counts the last, partial block of a prompt too.
    private static int blocks(Work work) {
        return switch (work) {
            case Work.Prompted prompted ->
                (int) Math.ceilDiv(prompted.prompt().contentBytes(), (long) PromptPrefix.BLOCK_BYTES);
            case Work.Opaque _ -> 0;
        };
    }
}
