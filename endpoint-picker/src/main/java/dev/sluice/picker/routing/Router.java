package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelListing;
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
import dev.sluice.picker.routing.Destinations.Destination;
import dev.sluice.picker.scheduling.Lots;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.Situation;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The story of one request, up to its placement: resolve its model, move it to another pool where that serves it, look
/// up its prefix, schedule it, place it.
public final class Router {
    private final Pools pools;
    private final Supplier<Catalog> catalog;
    private final Knowledge knowledge;
    private final Scheduler scheduler = new Scheduler();
    private final Destinations destinations;
    private final TargetCounts counts = new TargetCounts();
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
        this.destinations = new Destinations(pools);
        this.catalog = catalog;
        this.knowledge = knowledge;
        this.journal = journal;
        this.ticker = ticker;
        this.clock = clock;
    }

    /// What must become of a prompt before its request is routed.
    ///
    /// @param pool whose engines are asked
    public record Tokenizing(PoolId pool, TokenizerSource how) {}

    /// How the prompt of a request must become tokens before it is routed, or null when it need not: its model has no
    /// tokenizer, or no engine of its pool reports what it caches.
    public @Nullable Tokenizing tokenizing(InferenceRequest request) {
        if (!knowledge.tokenized().areKnown() || !(request.work() instanceof Work.Prompted prompted)) {
            return null;
        }
        PoolSnapshot pool = pools.find(request.pool());
        if (pool != null && !request.movable().isEmpty()) {
            pool = destination(request, prompted.model(), pool);
        }
        if (pool == null || pool.settings().sources().kvEvents() == null) {
            return null;
        }
        TokenizerSource how = catalog.get().tokenizer(pool.id(), prompted.model());
        return how == null ? null : new Tokenizing(pool.id(), how);
    }

    /// The pool that a request goes to when it is routed now, which is chosen again then, by the same seed.
    private @Nullable PoolSnapshot destination(InferenceRequest request, ModelName model, PoolSnapshot route) {
        long seed = seedOf(request);
        if (resolve(request, model, seed) instanceof Resolution.Movable(Target target, List<Home> homes)) {
            Destination chosen = destinations.choose(route, target, homes, seed);
            return chosen == null ? null : chosen.pool();
        }
        return route;
    }

    /// The model of a request that names none, or null when it cannot be served.
    public @Nullable ModelName unnamed(PoolId pool, String requestId, long arrivedNanos) {
        return catalog.get().unnamed(pool, seedOf(requestId, arrivedNanos));
    }

    /// The models that a route publishes, sorted by name; empty when it passes every name through.
    public List<ModelListing> models(PoolId pool, List<PoolId> movable) {
        return catalog.get().listed(pool, movable);
    }

    /// How many requests a published model's target has got in a pool, since the start.
    public long placed(PoolId pool, Target target) {
        return counts.of(pool, target);
    }

    public Routing route(InferenceRequest request) {
        return route(request, null);
    }

    /// @param tokens the prompt's, when it was tokenized
    public Routing route(InferenceRequest request, @Nullable PromptTokens tokens) {
        PoolSnapshot pool = pools.find(request.pool());
        if (pool == null) {
            return unknown(request.pool());
        }
        long seed = seedOf(request);
        return switch (request.work()) {
            case Work.Opaque _ -> place(request, null, new Destination(pool, null), PrefixHits.none(), seed);
            case Work.Prompted prompted -> route(request, prompted, tokens, pool, seed);
        };
    }

    private Routing route(
            InferenceRequest request,
            Work.Prompted prompted,
            @Nullable PromptTokens tokens,
            PoolSnapshot pool,
            long seed) {
        return switch (resolve(request, prompted.model(), seed)) {
            case Resolution.Unpublished unpublished ->
                new Routing.Refused(Outcome.UNKNOWN_MODEL, unpublishedMessage(request, unpublished));
            case Resolution.PassedThrough(Target target) ->
                place(request, target, new Destination(pool, null), hits(prompted, target, tokens, pool), seed);
            case Resolution.Resolved(Target target) ->
                counted(
                        target,
                        place(
                                request,
                                target,
                                new Destination(pool, null),
                                hits(prompted, target, tokens, pool),
                                seed));
            case Resolution.Movable(Target target, List<Home> homes) -> {
                Destination to = destinations.choose(pool, target, homes, seed);
                yield to == null
                        ? unknown(homes.getFirst().pool())
                        : counted(target, place(request, target, to, hits(prompted, target, tokens, to.pool()), seed));
            }
        };
    }

    private Resolution resolve(InferenceRequest request, ModelName model, long seed) {
        return catalog.get().resolve(request.pool(), request.movable(), model, seed);
    }

    private Routing counted(Target target, Routing routing) {
        if (routing instanceof Routing.Placed(Placement placement)) {
            counts.placed(placement.decision().pool(), target);
        }
        return routing;
    }

    private static Routing unknown(PoolId pool) {
        return new Routing.Refused(
                Outcome.UNKNOWN_POOL,
                pool.equals(PoolId.NONE)
                        ? "the pool is not known: the stream names none"
                        : "pool " + pool + " is not known");
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
            InferenceRequest request, @Nullable Target target, Destination to, PrefixHits hits, long seed) {
        PoolSnapshot pool = to.pool();
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
                Pick.Picked here = to.move() == null ? picked : picked.moved(to.move());
                journal.record(here.decision());
                yield new Routing.Placed(Placement.begin(situation, here, knowledge));
            }
        };
    }

    private static String noEndpoint(int faulty) {
        return faulty == 0
                ? " has no ready endpoint"
                : " has no endpoint with working GPUs: " + faulty + " are ready, each with a fatal XID error";
    }

    private static long seedOf(InferenceRequest request) {
        return seedOf(request.id(), request.arrivedNanos());
    }

    private static long seedOf(String requestId, long arrivedNanos) {
        return Lots.mix(requestId.hashCode() * 0x9E3779B97F4A7C15L + arrivedNanos);
    }

    private static String unpublishedMessage(InferenceRequest request, Resolution.Unpublished unpublished) {
        String names = unpublished.published().stream().map(Object::toString).collect(Collectors.joining(", "));
        String pools = request.movable().isEmpty()
                ? "pool " + request.pool()
                : "any pool of the route, which leads to " + request.pool();
        return "model '" + unpublished.requested() + "' is not published in " + pools + "; published models: " + names;
    }
}
