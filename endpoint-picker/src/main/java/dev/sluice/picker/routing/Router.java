package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.catalog.PublishedModel;
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
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.Situation;
import dev.sluice.picker.session.SessionTokens;
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
    private final Draws draws;
    private final TargetCounts counts = new TargetCounts();
    /// Each thread's own; filled anew for each request.
    private final ThreadLocal<PrefixHits> hits = ThreadLocal.withInitial(PrefixHits::new);
    private final Journal journal;
    private final Ticker ticker;
    private final InstantSource clock;

    /// A router that keeps no sessions.
    public Router(
            Pools pools,
            Supplier<Catalog> catalog,
            Knowledge knowledge,
            Journal journal,
            Ticker ticker,
            InstantSource clock) {
        this(pools, catalog, knowledge, journal, ticker, clock, null);
    }

    /// @param catalog the catalog as it is now
    /// @param sessions null to keep none
    public Router(
            Pools pools,
            Supplier<Catalog> catalog,
            Knowledge knowledge,
            Journal journal,
            Ticker ticker,
            InstantSource clock,
            @Nullable SessionTokens sessions) {
        this.pools = pools;
        this.draws = new Draws(sessions);
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

    /// The pool that a request most likely goes to when it is routed, which is chosen again then.
    private @Nullable PoolSnapshot destination(InferenceRequest request, ModelName model, PoolSnapshot route) {
        long seed = seedOf(request);
        if (resolve(request, model, seed) instanceof Resolution.Movable(PublishedModel published, List<Home> homes)) {
            Draw draw = draws.foresee(request, published, homes, seed);
            Destination chosen = destinations.choose(route, draw.target(), homes, draw.lot());
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
                place(
                        request,
                        Draw.only(target, seed),
                        new Destination(pool, null),
                        hits(prompted, target, tokens, pool),
                        seed);
            case Resolution.Resolved(PublishedModel model) -> {
                Draw draw = draws.draw(request, model, List.of(), seed);
                Target target = draw.target();
                Destination to = new Destination(pool, null);
                yield counted(target, place(request, draw, to, hits(prompted, target, tokens, pool), seed));
            }
            case Resolution.Movable(PublishedModel model, List<Home> homes) -> {
                Draw draw = draws.draw(request, model, homes, seed);
                Target target = draw.target();
                Destination to = destinations.choose(pool, target, homes, draw.lot());
                yield to == null
                        ? unknown(homes.getFirst().pool())
                        : counted(target, place(request, draw, to, hits(prompted, target, tokens, to.pool()), seed));
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

    private Routing place(InferenceRequest request, @Nullable Draw draw, Destination to, PrefixHits hits, long seed) {
        PoolSnapshot pool = to.pool();
        Target target = draw == null ? null : draw.target();
        Pin pin = draw == null || draw.visit() == null ? Pin.NONE : draw.visit().pin(pool);
        TokenModel tokens =
                target == null ? TokenModel.initial() : knowledge.tokens().of(target.served());
        Situation situation = new Situation(
                request, target, pool, hits, tokens, knowledge.rates(), ticker.nanos(), clock.millis(), seed, pin);
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
                yield new Routing.Placed(Placement.begin(situation, draw, here, knowledge));
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
