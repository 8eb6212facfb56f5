package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Signals;
import org.jspecify.annotations.Nullable;

/// Prices each endpoint in the milliseconds that the placement is predicted to cost.
///
/// For a request of n prompt tokens, h of them in the endpoint's cache, that will generate m tokens:
///
/// ```
/// queue    = prefill work placed there and not done + the same for requests from elsewhere + half an engine step
/// prefill  = p0 + p1·(n−h) + p2·(n²−h²)/10⁶
/// adapter  = what loading the LoRA adapter costs where it is not in use
/// memory   = the wait for KV cache that is not free
/// decode   = 0.1 · m · step                  decoding is slower in a larger batch; it weighs little against waiting
/// crowding = 0.02 · batch · (prefill + m · marginal step), at most prefill + step
///                                            what the running requests lose
/// scarcity = 16 · waiting · prefill          what the waiting requests lose
/// ```
///
/// Scarcity keeps overload from thrashing the caches: when each request minimises its own wait only, requests
/// leave the endpoint that holds their prefix, every endpoint recomputes every prefix, and all wait longer. A
/// millisecond of an endpoint delays all who wait there and all who arrive before its queue has drained, w/(1−ρ)
/// requests; 16 is 1/(1−ρ) at ρ = 0.94, the load at which it matters. An idle endpoint has no scarcity, so new
/// pods get work.
public final class CostPolicy implements Policy {
    private static final double DECODE_WEIGHT = 0.1;
    private static final double CROWDING_WEIGHT = 0.02;
    private static final double BUSY_PERIOD = 16;
    /// Between a swap from host memory (20 ms) and a load from disk (1.5 s): engines do not say which it will be.
    private static final double ADAPTER_LOAD_MILLIS = 150;
    private static final double EQUAL_SHARE = 0.02;

    private static final double MILLIS_PER_NANO = 1e-6;

    @Override
    public PolicyKind kind() {
        return PolicyKind.COST;
    }

    @Override
    public void price(Situation situation, PriceList prices) {
        Demand demand = Demand.of(situation);
        PoolSnapshot pool = situation.pool();
        Rates[] rates = new Rates[pool.hardware().size()];
        for (int kind = 0; kind < rates.length; kind++) {
            rates[kind] = situation.rates().of(pool.hardware().get(kind));
        }
        float[] parts = prices.parts();
        for (int i = 0; i < prices.size(); i++) {
            int position = prices.position(i);
            Endpoint endpoint = pool.endpoint(position);
            Load load = Load.of(endpoint, situation.nowNanos());
            Rates own = rates[pool.kind(position)].slowed(endpoint.slowness());
            demand.price(load, own, situation.cachedTokens(position), parts, prices.row(i));
        }
    }

    @Override
    public float tolerance(Situation situation, int position, float best) {
        Endpoint endpoint = situation.pool().endpoint(position);
        Load load = Load.of(endpoint, situation.nowNanos());
        Rates rates = situation.rates().of(endpoint.hardware()).slowed(endpoint.slowness());
        double step = rates.stepMillis(load.batch(), load.context());
        return (float) Math.max(best * EQUAL_SHARE, step / 2);
    }

    /// What one request asks of an engine.
    ///
    /// @param adapter the LoRA adapter that must be loaded, or null
    /// @param prompt tokens
    /// @param output tokens, as expected
    private record Demand(@Nullable ModelName adapter, double prompt, double output) {

        static Demand of(Situation situation) {
            return switch (situation.request().work()) {
                case Work.Prompted work ->
                    new Demand(
                            situation.target() == null
                                    ? null
                                    : situation.target().adapter(),
                            situation.promptTokens(),
                            situation.tokens().outputTokens(work.maxTokens()));
                case Work.Opaque _ -> throw new IllegalArgumentException("work that is not seen has no price");
            };
        }

        void price(Load load, Rates rates, double cached, float[] parts, int row) {
            double step = rates.stepMillis(load.batch(), load.context());
            double prefill = rates.prefillMillis(prompt, cached);
            double meanWork = load.meanWorkMillis() > 0 ? load.meanWorkMillis() : prefill + step;

            double joined = rates.stepMillis(load.batch() + 1, load.context() + prompt);
            double crowding = load.batch() * (prefill + output * rates.marginalStepMillis(prompt));
            parts[row] =
                    (float) (load.backlogMillis() + load.foreignWaiting() * meanWork + (load.busy() ? step / 2 : 0));
            parts[row + 1] = (float) prefill;
            parts[row + 2] = (float) adapterMillis(load.adapters(), step);
            parts[row + 3] = (float) memoryMillis(load, step);
            parts[row + 4] = (float) (DECODE_WEIGHT * output * joined);
            parts[row + 5] = (float) Math.min(CROWDING_WEIGHT * crowding, prefill + step);
            parts[row + 6] = (float) (BUSY_PERIOD * load.waiting(meanWork) * prefill);
        }

        private double adapterMillis(Adapters adapters, double step) {
            if (adapter == null) {
                return 0;
            }
            String name = adapter.value();
            if (adapters.running().contains(name) || adapters.waiting().contains(name)) {
                return 0;
            }
            boolean full = adapters.slots() > 0
                    && adapters.running().size() + adapters.waiting().size() >= adapters.slots();
            // A slot frees when the requests of some loaded adapter have ended: half an answer from now.
            return ADAPTER_LOAD_MILLIS + (full ? output / 2 * step : 0);
        }

        /// Running requests end, and free what they hold, over half an answer's time on average.
        private double memoryMillis(Load load, double step) {
            double overflow = load.context() + prompt + output - load.capacity();
            if (load.capacity() == 0 || overflow <= 0 || load.context() <= 0) {
                return 0;
            }
            return Math.min(overflow / load.context(), 2) * output / 2 * step;
        }
    }

    /// What an endpoint has to do now: this picker's own work, which it knows, and others', which the engine
    /// reported.
    private record Load(
            double backlogMillis,
            double meanWorkMillis,
            double batch,
            double context,
            double capacity,
            int foreignWaiting,
            int scrapedWaiting,
            Adapters adapters) {

        static Load of(Endpoint endpoint, long now) {
            InFlight own = endpoint.inFlight();
            double backlog = own.prefillBacklogNanos(now) * MILLIS_PER_NANO;
            double mean = own.meanPrefillNanos() * MILLIS_PER_NANO;
            int requests = own.requests();
            long context = own.contextTokens();
            Signals signals = endpoint.signals();
            if (signals == null) {
                return new Load(backlog, mean, requests, context, 0, 0, 0, Adapters.NONE);
            }
            return new Load(
                    backlog,
                    mean,
                    requests + signals.foreign(),
                    Math.max(context, signals.kvUsage() * signals.kvCapacityTokens()),
                    signals.kvCapacityTokens(),
                    signals.foreignWaiting(),
                    signals.waiting(),
                    signals.adapters());
        }

        boolean busy() {
            return batch > 0;
        }

        /// Requests that wait, beyond the one being prefilled: as placed by us, or as many as the engine says.
        double waiting(double meanWork) {
            double placed = backlogMillis > meanWork && meanWork > 0 ? backlogMillis / meanWork - 1 : 0;
            return Math.max(placed + foreignWaiting, scrapedWaiting);
        }
    }
}
