package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.pool.BatchSlots;
import dev.sluice.picker.pool.LoadColumns;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.pricing.FleetPricing;
import dev.sluice.picker.pricing.RequestCost;
import dev.sluice.picker.pricing.UsualBatch;
import dev.sluice.picker.prompt.PromptPrefix;

/// Prices all endpoints of a large pool in one pass over its [LoadColumns]. The prices are those of
/// [CostPolicy#priceEach], to the last bit.
final class FleetPass {
    /// With fewer endpoints a pass has more loops to begin than endpoints to price.
    static final int LEAST_ENDPOINTS = 24;

    private FleetPass() {}

    /// The list has enough endpoints and most of its pool, and the request needs no part that is asked of
    /// each endpoint.
    static boolean isWorthwhile(SchedulingInput input, PriceList prices) {
        return prices.size() >= LEAST_ENDPOINTS
                && prices.size() * 2 > input.pool().size()
                && input.objectives().isNone();
    }

    /// @return false where the columns cannot be used now, or the numbers are such that a quotient might be none
    static boolean price(SchedulingInput input, PriceList prices, Rates[] rates, UsualBatch[] usual) {
        PoolSnapshot pool = input.pool();
        LoadColumns loads = pool.loads();
        for (int kind = 0; kind < pool.hardware().size(); kind++) {
            if (!(rates[kind].step().d0() > 0 && rates[kind].prefill().p0() >= 0)) {
                return false;
            }
        }
        if (!loads.refresh()) {
            return false;
        }
        FleetPricing fleet = prices.fleet();
        fleet.begin(pool.size());
        readCached(input, fleet.cached());
        readUsual(pool, prices, usual);
        double most = mostCached(prices, fleet.cached());
        if (most > input.promptTokens()) {
            return false;
        }
        RequestCost cost = CostPolicy.cost(input, most);
        fleet.write(pool, rates, usual, cost, input.nowNanos(), prices.columns());
        prices.keepOwn(pool);
        boolean[] targeted = loads.targeted();
        for (int i = 0; i < prices.size(); i++) {
            if (targeted[prices.position(i)]) {
                CostPolicy.price(input, prices, cost, i, rates, usual);
            }
        }
        if (cost.newShare() > 0) {
            NewPromptBalancing.over(input, prices, rates, loads).write(input, prices, cost.newShare());
        }
        return true;
    }

    /// Compares instead of calling [Math#max], whose results would wait for one another.
    private static double mostCached(PriceList prices, double[] cached) {
        double most = 0;
        for (int i = 0; i < prices.size(); i++) {
            double held = cached[prices.position(i)];
            if (held > most) {
                most = held;
            }
        }
        return most;
    }

    private static void readUsual(PoolSnapshot pool, PriceList prices, UsualBatch[] usual) {
        int[] slots = pool.loads().slots();
        int[] mostRunning = pool.loads().mostRunning();
        if (pool.hardware().size() > 1) {
            for (int i = 0; i < prices.size(); i++) {
                int position = prices.position(i);
                usual[pool.kind(position)].add(slots[position], mostRunning[position]);
            }
            return;
        }
        int mostSlots = BatchSlots.UNKNOWN;
        int most = 0;
        for (int i = 0; i < prices.size(); i++) {
            int position = prices.position(i);
            mostSlots = Math.max(mostSlots, slots[position]);
            most = Math.max(most, mostRunning[position]);
        }
        usual[0].add(mostSlots, most);
    }

    /// [SchedulingInput#cachedTokens] of all endpoints.
    private static void readCached(SchedulingInput input, double[] cached) {
        PrefixHits hits = input.hits();
        int size = input.pool().size();
        if (hits.promptTokens() > 0) {
            for (int position = 0; position < size; position++) {
                cached[position] = input.cachedTokens(position);
            }
            return;
        }
        TokenModel tokens = input.tokens();
        for (int position = 0; position < size; position++) {
            int blocks = hits.blocks(position);
            cached[position] = blocks == 0 ? 0 : tokens.promptTokens((long) blocks * PromptPrefix.BLOCK_BYTES);
        }
    }
}
