package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Outcome;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.TokenizerSource;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.scheduling.Lots;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.Situation;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The story of one request, up to its placement: resolve its model, look up its prefix, schedule it, place it.
public final class Router {
    private final Pools pools;
    private final Supplier<Catalog> catalog;
    private final Knowledge knowledge;
    private final Scheduler scheduler = new Scheduler();
    /// Each thread's own; filled anew for each request.
    private final ThreadLocal<PrefixHits> hits = ThreadLocal.withInitial(PrefixHits::new);
    private final Journal journal;
    private final Ticker ticker;
    private final InstantSource clock;

    /// @param catalog the catalog as it is now
    public Router(
            Pools pools,
            Supplier<Catalog> catalog,
            Knowledge knowledge,
            Journal journal,
            Ticker ticker,
            InstantSource clock) {
        this.pools = pools;
        this.catalog = catalog;
        this.knowledge = knowledge;
        this.journal = journal;
        this.ticker = ticker;
        this.clock = clock;
    }

    /// How the prompt of a request must become tokens before it is routed, or null when it need not: its model has no
    /// tokenizer, or no engine of its pool reports what it caches.
    public @Nullable TokenizerSource tokenizer(PoolId id, ModelName model) {
        PoolSnapshot pool = pools.find(id);
        return pool == null
                        || pool.settings().sources().kvEvents() == null
                        || !knowledge.tokenized().areKnown()
                ? null
                : catalog.get().tokenizer(id, model);
    }

    public Routing route(InferenceRequest request) {
        return route(request, null);
    }

    /// @param tokens the prompt's, when it was tokenized
    public Routing route(InferenceRequest request, @Nullable PromptTokens tokens) {
        PoolSnapshot pool = pools.find(request.pool());
        if (pool == null) {
            return new Routing.Refused(Outcome.UNKNOWN_POOL, "pool " + request.pool() + " is not known");
        }
        long seed = seedOf(request);
        return switch (request.work()) {
            case Work.Opaque _ -> place(request, null, pool, PrefixHits.none(), seed);
            case Work.Prompted prompted ->
                switch (catalog.get().resolve(request.pool(), prompted.model(), seed)) {
                    case Resolution.Unpublished unpublished ->
                        new Routing.Refused(Outcome.UNKNOWN_MODEL, unpublishedMessage(request, unpublished));
                    case Resolution.Resolved(Target target) ->
                        place(request, target, pool, hits(prompted, target, tokens, pool), seed);
                };
        };
    }

    private PrefixHits hits(Work.Prompted prompted, Target target, @Nullable PromptTokens tokens, PoolSnapshot pool) {
        PrefixHits found = hits.get();
        knowledge.prefixes().match(prompted.prompt(), Placement.prefixSeed(target, prompted), pool, found);
        if (tokens != null) {
            knowledge.tokenized().match(Placement.tokenizedPrompt(target, prompted), tokens, pool, found);
        }
        return found;
    }

    private Routing place(
            InferenceRequest request, @Nullable Target target, PoolSnapshot pool, PrefixHits hits, long seed) {
        TokenModel tokens =
                target == null ? TokenModel.initial() : knowledge.tokens().of(target.served());
        Situation situation = new Situation(
                request, target, pool, hits, tokens, knowledge.rates(), ticker.nanos(), clock.millis(), seed);
        return switch (scheduler.schedule(situation)) {
            case Pick.NoEndpoints(int faulty) ->
                new Routing.Refused(Outcome.NO_ENDPOINTS, "pool " + pool.id() + noEndpoint(faulty));
            case Pick.SubsetEmpty _ ->
                new Routing.Refused(
                        Outcome.SUBSET_EMPTY, "no ready endpoint of pool " + pool.id() + " is in the given subset");
            case Pick.AdapterNotServing(ModelName adapter) ->
                new Routing.Refused(
                        Outcome.ADAPTER_NOT_SERVING,
                        "all ready endpoints of pool " + pool.id() + " say that they do not serve adapter '" + adapter
                                + "' now");
            case Pick.Picked picked -> {
                journal.record(picked.decision());
                yield new Routing.Placed(Placement.begin(situation, picked, knowledge));
            }
        };
    }

    private static String noEndpoint(int faulty) {
        return faulty == 0
                ? " has no ready endpoint"
                : " has no endpoint with working GPUs: " + faulty + " are ready, each with a fatal XID error";
    }

    private static long seedOf(InferenceRequest request) {
        return Lots.mix(request.id().hashCode() * 0x9E3779B97F4A7C15L + request.arrivedNanos());
    }

    private static String unpublishedMessage(InferenceRequest request, Resolution.Unpublished unpublished) {
        String names = unpublished.published().stream().map(Object::toString).collect(Collectors.joining(", "));
        return "model '" + unpublished.requested() + "' is not published in pool " + request.pool()
                + "; published models: " + names;
    }
}
