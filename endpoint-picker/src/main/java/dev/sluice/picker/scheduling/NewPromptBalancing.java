package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.RecentPromptTokens;

/// The part of a price that decides where new prompts go, where prompts repeat: the endpoint that gets the first
/// request of a session or a shared prompt gets those that follow, for they stay with their prefix.
///
/// A picker alone gives them to the endpoint that got least new work lately, the only thing that is the same for all
/// of them: batches and queues of this moment are chance, and what chance decides stays.
///
/// ```
/// saving = reuse · (1 − h*/n) · prefill        reuse: the share of all recent tokens that were held
/// spread = min(saving, 8 · reuse · (1 − h*/n) · (recent − least))
///                                              recent: prefill work of the prompts placed there lately that were
///                                              new; least: the pool's least of it; [ms]
/// ```
///
/// The bound is what the part can save: a later request that finds the prompt in a less busy place saves one
/// prefill of it, and `reuse` is how likely such a request is. So no request waits longer for the sake of the
/// spread than that. Example: a new prompt of 100 ms where 36 % of tokens are held never goes where it waits 36 ms
/// longer.
///
/// Replicas do not know what the others have placed, so they must come to the same choice: the endpoint that the
/// prompt's head prefers, by rendezvous hashing, among those without much more new work than the mean (consistent
/// hashing with bounded loads; Mirrokni, Thorup and Zadimoghaddam, 2018). The others cost what the work is worth
/// that another replica may have had done there already:
///
/// ```
/// spread = 100 · reuse^1.5 · (1 − h*/n) · (R−1)/R · prefill, at most R · prefill
/// ```
///
/// Where nothing repeats both are 0, and the present state of the endpoints decides alone.
///
/// @param reuse 0 to 1
/// @param meanMillis recent new work per endpoint
/// @param leastMillis of any endpoint
record NewPromptBalancing(double reuse, double meanMillis, float leastMillis) {
    private static final double WEIGHT = 8;
    private static final double SHARED_WEIGHT = 100;
    private static final double SHARED_EXPONENT = 1.5;
    /// How much more new work than the mean the preferred endpoint may have: a share, and a few prompts like this
    /// one.
    private static final double MOST_OF_MEAN = 1.15;

    private static final double SLACK_PROMPTS = 4;
    /// Prompts like this one that replicas assume to have seen before they have seen anything, half of them held:
    /// so they agree from the first prompts on, and as many without a repetition outweigh it.
    private static final double PRIOR_PROMPTS = 10;

    /// Reads each endpoint once: until [#write], the part of each holds its recent new work.
    static NewPromptBalancing over(SchedulingInput input, PriceList prices, Rates[] rates) {
        PoolSnapshot pool = input.pool();
        long now = input.nowNanos();
        double prior = pool.settings().replicas() == 1 ? 0 : PRIOR_PROMPTS / 2 * input.promptTokens();
        double all = 2 * prior;
        double held = prior;
        double work = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < prices.size(); i++) {
            int position = prices.position(i);
            RecentPromptTokens recentPrompts = pool.endpoint(position).recentPrompts();
            double fresh = recentPrompts.newTokens(now);
            double old = recentPrompts.heldTokens(now);
            all += fresh + old;
            held += old;
            float recent = (float) (fresh * rates[pool.kind(position)].p1());
            work += recent;
            least = Math.min(least, recent);
            prices.parts()[part(prices, i)] = recent;
        }
        return new NewPromptBalancing(all > 0 ? held / all : 0, work / prices.size(), least);
    }

    void write(SchedulingInput input, PriceList prices, double newShare) {
        int replicas = input.pool().settings().replicas();
        if (replicas == 1) {
            writeAlone(prices, newShare);
        } else {
            writeAmongReplicas(prices, preferred(input, prices), newShare, replicas);
        }
    }

    private void writeAlone(PriceList prices, double newShare) {
        float[] parts = prices.parts();
        float weight = (float) (WEIGHT * reuse * newShare);
        float saving = (float) (reuse * newShare);
        for (int i = 0; i < prices.size(); i++) {
            int part = part(prices, i);
            float most = saving * parts[prices.row(i) + RequestCost.PREFILL];
            parts[part] = Math.min(most, weight * (parts[part] - leastMillis));
        }
    }

    private void writeAmongReplicas(PriceList prices, int preferred, double newShare, int replicas) {
        float[] parts = prices.parts();
        double agreeing = SHARED_WEIGHT * Math.pow(reuse, SHARED_EXPONENT) * newShare * (replicas - 1) / replicas;
        float weight = (float) Math.min(agreeing, replicas);
        for (int i = 0; i < prices.size(); i++) {
            parts[part(prices, i)] = i == preferred ? 0 : weight * parts[prices.row(i) + RequestCost.PREFILL];
        }
    }

    private int preferred(SchedulingInput input, PriceList prices) {
        int preferred = -1;
        long heaviest = Long.MIN_VALUE;
        for (int i = 0; i < prices.size(); i++) {
            long weight = input.preference(prices.position(i));
            double most =
                    MOST_OF_MEAN * meanMillis + SLACK_PROMPTS * prices.parts()[prices.row(i) + RequestCost.PREFILL];
            if (weight > heaviest && prices.parts()[part(prices, i)] <= most) {
                preferred = i;
                heaviest = weight;
            }
        }
        return preferred;
    }

    private static int part(PriceList prices, int index) {
        return prices.row(index) + RequestCost.SPREAD;
    }
}
