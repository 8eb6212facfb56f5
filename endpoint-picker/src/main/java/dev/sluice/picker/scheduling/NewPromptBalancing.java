package dev.sluice.picker.scheduling;

import static dev.sluice.picker.constants.PriceConstants.MOST_OF_MEAN;
import static dev.sluice.picker.constants.PriceConstants.PRIOR_PROMPTS;
import static dev.sluice.picker.constants.PriceConstants.SLACK_PROMPTS;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PricePart;
import dev.sluice.picker.pool.LoadColumns;
import dev.sluice.picker.pool.LoadColumns.Column;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.RecentPromptTokens;
import dev.sluice.picker.pricing.SpreadPart;
import org.jspecify.annotations.Nullable;

/// Balances new prompts over a pool whose prompts repeat.
///
/// Later requests of a session or of a shared prompt stay with their prefix, so the first request decides their
/// endpoint. [SpreadPart] has the formulas.
///
/// A single picker prefers the endpoint with the least recent new work. Batches and queues of the moment
/// must not decide where a prefix lives for long.
///
/// Replicas do not know each other's placements, so they must come to the same choice: the endpoint that the
/// prompt's head prefers by rendezvous hashing, among endpoints without much more new work than the mean
/// (consistent hashing with bounded loads; Mirrokni, Thorup and Zadimoghaddam, 2018). At other endpoints the price
/// includes the prefill that the preferred endpoint may have done already for another replica.
///
/// Where nothing repeats both are 0, and the present state of the endpoints decides alone.
///
/// @param reuse 0 to 1
/// @param meanMillis recent new work per endpoint
/// @param leastMillis of any endpoint
record NewPromptBalancing(double reuse, double meanMillis, float leastMillis) {
    private static final double[] NONE = {};
    private static final int PREFILL = PricePart.PREFILL.index();
    private static final int SPREAD = PricePart.SPREAD.index();

    /// Reads each endpoint once: until [#write], the part of each holds its recent new work.
    ///
    /// @param loads of the pool's endpoints, or null to ask the endpoints
    static NewPromptBalancing over(
            SchedulingInput input, PriceList prices, Rates[] rates, @Nullable LoadColumns loads) {
        PoolSnapshot pool = input.pool();
        long now = input.nowNanos();
        float[] spread = prices.part(SPREAD);
        double[] shares = loads == null ? NONE : prices.fleet().recentShares(loads, now);
        double[] newTokens = loads == null ? NONE : loads.of(Column.NEW_TOKENS);
        double[] heldTokens = loads == null ? NONE : loads.of(Column.HELD_TOKENS);
        double prior = pool.settings().replicas() == 1 ? 0 : PRIOR_PROMPTS / 2 * input.promptTokens();
        double all = 2 * prior;
        double held = prior;
        double work = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < prices.size(); i++) {
            int position = prices.position(i);
            double fresh;
            double old;
            if (loads == null) {
                RecentPromptTokens recentPrompts = pool.endpoint(position).recentPrompts();
                fresh = recentPrompts.newTokens(now);
                old = recentPrompts.heldTokens(now);
            } else {
                fresh = newTokens[position] * shares[position];
                old = heldTokens[position] * shares[position];
            }
            all += fresh + old;
            held += old;
            float recent = (float) (fresh * rates[pool.kind(position)].prefill().p1());
            work += recent;
            least = recent < least ? recent : least;
            spread[i] = recent;
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
        float[] spread = prices.part(SPREAD);
        float[] prefill = prices.part(PREFILL);
        double likely = reuse * newShare;
        for (int i = 0; i < prices.size(); i++) {
            spread[i] = SpreadPart.alone(likely, spread[i] - leastMillis, prefill[i]);
        }
    }

    private void writeAmongReplicas(PriceList prices, int preferred, double newShare, int replicas) {
        float[] spread = prices.part(SPREAD);
        float[] prefill = prices.part(PREFILL);
        float prefills = SpreadPart.amongReplicas(reuse, newShare, replicas);
        for (int i = 0; i < prices.size(); i++) {
            spread[i] = i == preferred ? 0 : prefills * prefill[i];
        }
    }

    private int preferred(SchedulingInput input, PriceList prices) {
        int preferred = -1;
        long heaviest = Long.MIN_VALUE;
        for (int i = 0; i < prices.size(); i++) {
            long weight = input.preference(prices.position(i));
            double most = MOST_OF_MEAN * meanMillis + SLACK_PROMPTS * prices.part(PREFILL)[i];
            if (weight > heaviest && prices.part(SPREAD)[i] <= most) {
                preferred = i;
                heaviest = weight;
            }
        }
        return preferred;
    }
}
