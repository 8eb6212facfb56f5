package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.TpotTargets;
import org.jspecify.annotations.Nullable;

/// What one request asks of an engine, and what that costs where; [CostPolicy] has the formula and its reasons.
///
/// @param adapter the LoRA adapter that must be loaded, or null
/// @param prompt tokens
/// @param held how many of them the endpoint has cached that has most
/// @param output tokens, as expected
/// @param left milliseconds until its first token is due
/// @param tpot milliseconds that each further token may take
record RequestCost(@Nullable ModelName adapter, double prompt, double held, double output, double left, double tpot) {
    /// Where among the parts of a price the prefill stands, and that of spreading new prompts.
    static final int PREFILL = 1;

    static final int SCARCITY = 6;
    static final int SPREAD = 7;
    static final int OBJECTIVE = 8;

    private static final double DECODE_WEIGHT = 0.2;
    private static final double CROWDING_WEIGHT = 0.01;
    /// Up to this share of a step a larger batch is nearly free; from twice the share on, requests share the engine.
    private static final double FREE_SHARE = 0.25;

    private static final double WAITING_WEIGHT = 0.5;
    private static final double BUSY_PERIOD = 16;
    /// What a millisecond that misses an objective costs more than another.
    private static final double LATE_WEIGHT = 4;

    /// The share of an objective from which on lateness is predicted: predictions are good to a fifth.
    private static final double NEAR = 0.8;
    /// Steps of an idle engine, 150 ms on an H100: between a swap from host memory (20 ms there) and a load from
    /// disk (1.5 s). Engines do not say which it will be.
    private static final double ADAPTER_LOAD_STEPS = 16;

    static RequestCost of(SchedulingInput input, double held) {
        return switch (input.request().work()) {
            case Work.Prompted work ->
                new RequestCost(
                        input.target() == null ? null : input.target().adapter(),
                        input.promptTokens(),
                        Math.min(held, input.promptTokens()),
                        input.tokens().outputTokens(work.maxTokens()),
                        input.leftMillis(),
                        input.objectives().tpotMillis());
            case Work.Opaque _ -> throw new IllegalArgumentException("work that is not seen has no price");
        };
    }

    /// The share of the prompt that no endpoint holds.
    double newShare() {
        return prompt > 0 ? 1 - held / prompt : 0;
    }

    /// Writes all parts but [#SPREAD] and [#OBJECTIVE], which stay 0 until the policy writes them.
    ///
    /// Besides, when the endpoint would start the request, and how long it would take altogether.
    void price(PriceList prices, int index, EndpointLoad load, Rates rates, double cached) {
        float[] parts = prices.parts();
        int row = prices.row(index);
        double batch = load.requests();
        double later = load.laterRequests();
        double step = rates.stepMillis(batch, load.context());
        double prefill = rates.prefillMillis(prompt, cached, batch);
        double needed = rates.prefillMillis(prompt, Math.max(cached, held), batch);
        double meanWork = load.meanMillis(prefill + step);
        double waiting = load.waiting(meanWork);
        double residence = load.residenceMillis(meanWork + output * step);
        double prefills = load.prefillsMillis(meanWork);
        double memory = memoryMillis(load, residence, prompt - cached);
        double laterStep = rates.stepMillis(later + 1, load.laterContext() + prompt);
        double sharing = sharing(later * rates.marginalStepMillis(0) / laterStep);

        parts[row] = (float) (Math.max(prefills, load.slotWaitMillis(residence)) + (load.isBusy() ? step / 2 : 0));
        parts[row + PREFILL] = (float) prefill;
        parts[row + 2] = (float) adapterMillis(load.adapters(), step, rates.d0());
        parts[row + 3] = (float) memory;
        parts[row + 4] = (float) (Math.max(DECODE_WEIGHT, sharing) * output * laterStep);
        parts[row + 5] = (float) (crowding(rates, later, needed, prefill + step)
                + sharing * later * output * rates.marginalStepMillis(0)
                + WAITING_WEIGHT * waiting * rates.stallMillis(needed));
        parts[row + SCARCITY] = (float) ((later + BUSY_PERIOD * waiting) * rates.stallMillis(prefill - needed));
        parts[row + SPREAD] = 0;
        parts[row + OBJECTIVE] = 0;
        boolean queued = load.departuresAhead() > 0 || memory > 0 || (prefills > step && load.hasQueue(meanWork));
        Start start = queued || load.hasReportedQueue() ? Start.QUEUED : prefills > step ? Start.NEXT : Start.AT_ONCE;
        prices.predict(index, start, (float) (firstTokenMillis(parts, row) + output * laterStep));
    }

    /// What the running requests lose by the prefill and by its context.
    private double crowding(Rates rates, double later, double needed, double most) {
        double delayed = later * (rates.stallMillis(needed) + output * rates.marginalStepMillis(prompt));
        return Math.min(CROWDING_WEIGHT * delayed, most);
    }

    /// How much an engine's requests share its time instead of being computed together: 0 up to where a quarter of a
    /// step is due to the size of the batch, 1 from where half of it is. There each request makes the others slower
    /// by what it takes, and the engine with fewest requests is the fastest.
    private static double sharing(double batchShare) {
        return Math.clamp((batchShare - FREE_SHARE) / FREE_SHARE, 0, 1);
    }

    boolean hasObjectives() {
        return left < Double.POSITIVE_INFINITY || tpot < Double.POSITIVE_INFINITY;
    }

    /// What it costs that objectives are missed: its own, and those of requests that run there.
    ///
    /// @param first milliseconds until its first token
    /// @param each milliseconds from one token to the next
    double lateness(double first, double each, double cached, Rates rates, TpotTargets tpotTargets) {
        double own = left < Double.POSITIVE_INFINITY ? Math.max(0, first - NEAR * Math.max(0, left)) : 0;
        own += tpot < Double.POSITIVE_INFINITY ? output * Math.max(0, each - NEAR * tpot) : 0;
        if (tpotTargets.isEmpty()) {
            return LATE_WEIGHT * own;
        }
        double delayed = rates.stallMillis(rates.prefillMillis(prompt, Math.max(cached, held)))
                + output * rates.marginalStepMillis(prompt);
        return LATE_WEIGHT * own + delayed * pressed(tpotTargets, each);
    }

    /// Running requests whose objective per token leaves no time to give away.
    private static double pressed(TpotTargets tpotTargets, double each) {
        double pressed = 0;
        for (int step = 0; step < TpotTargets.STEPS; step++) {
            int count = tpotTargets.count(step);
            if (count > 0) {
                pressed += count * Math.clamp((each / TpotTargets.millis(step) - NEAR) / (1 - NEAR), 0, 1);
            }
        }
        return pressed;
    }

    /// The predicted time to the first token: the parts up to the memory's.
    static double firstTokenMillis(float[] parts, int row) {
        return (double) parts[row] + parts[row + 1] + parts[row + 2] + parts[row + 3];
    }

    private double adapterMillis(Adapters adapters, double step, double idleStep) {
        if (adapter == null) {
            return 0;
        }
        String name = adapter.value();
        if (adapters.running().contains(name) || adapters.waiting().contains(name)) {
            return 0;
        }
        boolean full = adapters.slots() > 0 && adapters.slotsTaken() >= adapters.slots();
        // A slot frees when the requests of some loaded adapter have ended: half an answer from now.
        return ADAPTER_LOAD_STEPS * idleStep + (full ? output / 2 * step : 0);
    }

    /// Over an answer's time the running requests end and free their KV cache. The tokens that waiting requests
    /// and this one lack take their share of that time.
    private double memoryMillis(EndpointLoad load, double residence, double fresh) {
        double used = load.used();
        double overflow = used + (load.starting() + 1) * fresh + output - load.capacity();
        if (load.capacity() == 0 || used <= 0 || overflow <= 0) {
            return 0;
        }
        return Math.min(overflow / used, 2) * residence;
    }
}
