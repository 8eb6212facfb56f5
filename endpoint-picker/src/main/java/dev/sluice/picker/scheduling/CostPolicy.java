package dev.sluice.picker.scheduling;

import static dev.sluice.picker.constants.PriceConstants.EQUAL_SHARE;
import static dev.sluice.picker.constants.PriceConstants.PROMPT_LOAD;
import static dev.sluice.picker.constants.PriceConstants.SESSION_MILLIS;
import static dev.sluice.picker.constants.PriceConstants.SESSION_SHARE;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.PricePart;
import dev.sluice.picker.pool.BatchSlots;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.TpotTargets;
import dev.sluice.picker.pricing.EndpointLoad;
import dev.sluice.picker.pricing.ObjectivePart;
import dev.sluice.picker.pricing.OwnParts;
import dev.sluice.picker.pricing.PlacementForecast;
import dev.sluice.picker.pricing.RequestCost;
import dev.sluice.picker.pricing.Start;
import dev.sluice.picker.pricing.UsualBatch;
import dev.sluice.picker.prompt.Work;
import java.util.List;

/// Prices each endpoint in the milliseconds that the placement is predicted to cost: to the request itself and,
/// in proportion, to the requests that it delays.
///
/// [PricePart] names the parts; each has a class in `dev.sluice.picker.pricing` with its formula and its
/// reason. The delays of other requests are two parts, for they differ in kind:
/// [dev.sluice.picker.pricing.CrowdingPart] has work that is only moved,
/// [dev.sluice.picker.pricing.ScarcityPart] work that is wasted.
///
/// The batch that a request will decode in is predicted half way between the present and the usual one: a batch
/// drifts back to its usual size while an answer is generated.
public final class CostPolicy implements Policy {
    private static final int PREFILL = PricePart.PREFILL.index();
    private static final int SCARCITY = PricePart.SCARCITY.index();
    private static final int OBJECTIVE = PricePart.OBJECTIVE.index();

    @Override
    public PolicyKind kind() {
        return PolicyKind.COST;
    }

    @Override
    public void price(SchedulingInput input, PriceList prices) {
        PoolSnapshot pool = input.pool();
        int kinds = pool.hardware().size();
        Rates[] rates = prices.rates(kinds);
        for (int kind = 0; kind < kinds; kind++) {
            rates[kind] = input.rates().of(pool.hardware().get(kind));
        }
        UsualBatch[] usual = prices.usual(kinds);
        if (!FleetPass.isWorthwhile(input, prices) || !FleetPass.price(input, prices, rates, usual)) {
            priceEach(input, prices, rates, prices.usual(kinds));
        }
    }

    /// Prices one endpoint after the other: the definition of the price, and the fastest way for a small pool.
    /// [FleetPass] prices all endpoints of a large pool at once and comes to the same.
    static void priceEach(SchedulingInput input, PriceList prices, Rates[] rates, UsualBatch[] usual) {
        RequestCost cost = cost(input, readFleet(input, prices, usual));
        for (int i = 0; i < prices.size(); i++) {
            price(input, prices, cost, i, rates, usual);
        }
        if (cost.newShare() > 0) {
            NewPromptBalancing.over(input, prices, rates, null).write(input, prices, cost.newShare());
        }
    }

    /// Prices the endpoint at `index`, but for its spread.
    static void price(
            SchedulingInput input, PriceList prices, RequestCost cost, int index, Rates[] rates, UsualBatch[] usual) {
        PoolSnapshot pool = input.pool();
        PlacementForecast forecast = prices.forecast();
        float[] parts = prices.price();
        int position = prices.position(index);
        Endpoint endpoint = pool.endpoint(position);
        int kind = pool.kind(position);
        forecast.read(endpoint, pool.settings().replicas(), usual[kind], input.nowNanos());
        Rates own = rates[kind].slowed(endpoint.slowness());
        double cached = input.cachedTokens(position);
        OwnParts.write(forecast, cost, own, cached, parts);
        double first = OwnParts.firstTokenMillis(parts);
        TpotTargets targets = endpoint.tpotTargets();
        if (cost.hasObjectives() || !targets.isEmpty()) {
            double newTokens = endpoint.recentPrompts().newTokensPerSecond(input.nowNanos());
            double firstToken = forecast.firstTokenMillis(own, first);
            double each = forecast.betweenTokensMillis(cost, own, newTokens);
            parts[OBJECTIVE] = (float) ObjectivePart.millis(cost, own, cached, firstToken, each, targets);
        }
        prices.write(index, parts, forecast.start(), first, first + forecast.answerMillis());
    }

    static RequestCost cost(SchedulingInput input, double held) {
        return switch (input.request().work()) {
            case Work.Prompted work ->
                new RequestCost(
                        input.target() == null ? null : input.target().adapter(),
                        input.promptTokens(),
                        Math.min(held, input.promptTokens()),
                        input.tokens().outputTokens(work.maxTokens()),
                        input.leftMillis(),
                        input.objectives().tpotMillis());
            case Work.Opaque _ -> throw new IllegalArgumentException("a body that is not read has no price");
        };
    }

    /// Two bounds override the price, see docs/SCHEDULING.md.
    ///
    /// An endpoint where the request would queue is passed over where another could start it at once, unless
    /// its first or its last token comes sooner all the same.
    ///
    /// Where the rates are in doubt, prices that differ by less than the doubt are equal, and the least loaded
    /// of these endpoints remain. At a doubt of 1 no predicted time counts, so that of a queue does not either.
    @Override
    public void bound(SchedulingInput input, PriceList prices) {
        double doubt = doubt(input);
        if (doubt < 1) {
            passOverQueues(input, prices);
        }
        if (doubt > 0) {
            passOverLoaded(input, prices, doubt);
        }
    }

    private static double doubt(SchedulingInput input) {
        double doubt = 0;
        List<Hardware> kinds = input.pool().hardware();
        for (int kind = 0; kind < kinds.size(); kind++) {
            doubt = Math.max(doubt, input.rates().doubt(kinds.get(kind)));
        }
        return doubt;
    }

    private static void passOverQueues(SchedulingInput input, PriceList prices) {
        int queued = prices.queued();
        if (queued == 0 || queued == prices.size()) {
            return;
        }
        boolean capacity = hasCapacitySomewhere(input, prices);
        double soonestFirst = Double.POSITIVE_INFINITY;
        double soonestDone = Double.POSITIVE_INFINITY;
        double[] firstMillis = prices.columns().firstMillis();
        float[] ownMillis = prices.columns().ownMillis();
        float[] scarcity = prices.part(SCARCITY);
        float[] prefill = prices.part(PREFILL);
        for (int i = 0; i < prices.size(); i++) {
            double saved = saved(scarcity[i], prefill[i]);
            double first = firstMillis[i] + saved;
            double done = ownMillis[i] + saved;
            // Few endpoints are sooner than all before them: the CPU predicts this branch, but not that of the start.
            if ((first < soonestFirst || done < soonestDone)
                    && prices.start(i) == Start.AT_ONCE
                    && (!capacity || input.hasCapacity(prices.position(i)))) {
                soonestFirst = Math.min(soonestFirst, first);
                soonestDone = Math.min(soonestDone, done);
            }
        }
        for (int i = 0; i < prices.size(); i++) {
            if (firstMillis[i] > soonestFirst && ownMillis[i] > soonestDone) {
                prices.passOver(i, prices.start(i) == Start.QUEUED);
            }
        }
    }

    private static boolean hasCapacitySomewhere(SchedulingInput input, PriceList prices) {
        for (int i = 0; i < prices.size(); i++) {
            if (input.hasCapacity(prices.position(i))) {
                return true;
            }
        }
        return false;
    }

    /// The saving of a prefix held elsewhere, besides the request's own time, where it would be computed
    /// again: one of the running requests that the prefill would stall, if there are any. That they all count
    /// would let a queue grow without bound beside endpoints that are free.
    private static double saved(float scarcity, float prefill) {
        return scarcity < prefill ? scarcity : prefill;
    }

    private static void passOverLoaded(SchedulingInput input, PriceList prices, double doubt) {
        double best = Double.POSITIVE_INFINITY;
        int slots = BatchSlots.UNKNOWN + 1;
        for (int i = 0; i < prices.size(); i++) {
            if (!prices.isPassedOver(i)) {
                best = Math.min(best, prices.total(i));
            }
            slots = Math.max(
                    slots, input.pool().endpoint(prices.position(i)).slots().slots());
        }
        double limit = doubt < 1 ? best * (1 + doubt) / (1 - doubt) : Double.POSITIVE_INFINITY;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < prices.size(); i++) {
            if (!prices.isPassedOver(i) && prices.total(i) <= limit && input.hasCapacity(prices.position(i))) {
                least = Math.min(least, loadPerSlot(input, prices, i, slots));
            }
        }
        for (int i = 0; i < prices.size(); i++) {
            if (prices.total(i) > limit || loadPerSlot(input, prices, i, slots) > least) {
                prices.passOver(i);
            }
        }
    }

    /// Requests in flight at the endpoint per batch slot, where a prompt to compute counts as several requests:
    /// cached tokens are known whatever the rates are.
    ///
    /// @param usualSlots where the endpoint's own were not learned
    private static double loadPerSlot(SchedulingInput input, PriceList prices, int index, int usualSlots) {
        int position = prices.position(index);
        Endpoint endpoint = input.pool().endpoint(position);
        int slots = endpoint.slots().slots();
        double prompt = Math.max(1, input.promptTokens());
        double fresh = 1 - Math.min(1, input.cachedTokens(position) / prompt);
        double load = endpoint.requests() + PROMPT_LOAD * fresh;
        return load / (slots == BatchSlots.UNKNOWN ? usualSlots : slots);
    }

    /// Prices within the tolerance are equal with several replicas, so that replicas agree although each has
    /// placed other requests. A single replica has counted all requests and takes the cheapest endpoint, unless
    /// its pool is idle: then a few cached tokens are no reason to leave other endpoints without work.
    @Override
    public float tolerance(SchedulingInput input, int position, float best) {
        Endpoint endpoint = input.pool().endpoint(position);
        if (input.pool().settings().replicas() == 1 && !isIdle(input.pool())) {
            return 0;
        }
        double step = input.ratesOf(endpoint).stepMillis(endpoint.requests(), EndpointLoad.context(endpoint));
        return (float) Math.max(best * EQUAL_SHARE, step / 2);
    }

    private static boolean isIdle(PoolSnapshot pool) {
        for (int position = 0; position < pool.size(); position++) {
            if (pool.endpoint(position).requests() > 0) {
                return false;
            }
        }
        return true;
    }

    /// The leeway is what a session's endpoint holds and the prefix index cannot know, and a little more: 100
    /// ms, which people do not yet notice as a delay (Nielsen, Usability Engineering, 1993), or 10 % of the
    /// best price where that is more.
    ///
    /// What it cannot know is the last answer: its tokens are in the endpoint's cache, and in the next prompt,
    /// but no prompt has been there yet that contained them.
    @Override
    public float leeway(SchedulingInput input, int position, float best) {
        double credit = 0;
        if (input.request().work() instanceof Work.Prompted work) {
            Rates rates = input.ratesOf(input.pool().endpoint(position));
            double prompt = input.promptTokens();
            double known = Math.min(prompt, input.cachedTokens(position));
            double held = Math.min(prompt, known + input.tokens().outputTokens(work.maxTokens()));
            credit = rates.prefillMillis(prompt, known) - rates.prefillMillis(prompt, held);
        }
        return (float) (credit + Math.max(best * SESSION_SHARE, SESSION_MILLIS));
    }

    /// An idle endpoint is never predicted to be late: a prediction that refused every request would never be
    /// corrected.
    @Override
    public double lateMillis(SchedulingInput input, PriceList prices) {
        double left = input.leftMillis();
        double least = left < Double.POSITIVE_INFINITY ? Double.POSITIVE_INFINITY : 0;
        for (int i = 0; i < prices.size() && least > 0; i++) {
            boolean busy = input.pool().endpoint(prices.position(i)).requests() > 0;
            double first = prices.firstTokenMillis(i);
            least = Math.min(least, busy ? Math.max(0, first - left) : 0);
        }
        return least;
    }

    /// Reads what must be known of all endpoints before one is priced: what is usual on their hardware.
    ///
    /// @return the tokens that the endpoint holds which holds most of the prompt
    private static double readFleet(SchedulingInput input, PriceList prices, UsualBatch[] usual) {
        PoolSnapshot pool = input.pool();
        double most = 0;
        for (int i = 0; i < prices.size(); i++) {
            int position = prices.position(i);
            usual[pool.kind(position)].add(pool.endpoint(position).slots());
            most = Math.max(most, input.cachedTokens(position));
        }
        return most;
    }
}
