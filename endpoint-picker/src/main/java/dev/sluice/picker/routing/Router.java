package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.Seat;
import dev.sluice.picker.admission.Ticket;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Home;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelListing;
import dev.sluice.picker.model.ModelName;
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
import dev.sluice.picker.routing.Destinations.Rooms;
import dev.sluice.picker.scheduling.Lots;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.Situation;
import dev.sluice.picker.session.SessionTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The story of one request, up to its placement: resolve its model, move it to another pool where that serves it,
/// admit it or let it wait, look up its prefix, schedule it, place it.
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
    /// Null where nobody waits.
    private final @Nullable Applications applications;

    /// A router that keeps no sessions, of requests that never wait.
    ///
    /// @param catalog the catalog as it is now
    public Router(
            Pools pools,
            Supplier<Catalog> catalog,
            Knowledge knowledge,
            Journal journal,
            Ticker ticker,
            InstantSource clock) {
        this(pools, catalog, knowledge, journal, ticker, clock, null, null);
    }

    /// @param catalog the catalog as it is now
    /// @param sessions null to keep none
    /// @param admission decides who runs first; null where nobody waits
    public Router(
            Pools pools,
            Supplier<Catalog> catalog,
            Knowledge knowledge,
            Journal journal,
            Ticker ticker,
            InstantSource clock,
            @Nullable SessionTokens sessions,
            @Nullable AdmissionControl admission) {
        this.pools = pools;
        this.draws = new Draws(sessions);
        this.destinations = new Destinations(pools);
        this.applications =
                admission == null ? null : new Applications(admission, catalog, knowledge.prefixes(), destinations);
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
            Destination chosen = destinations.choose(route, draw.target(), homes, draw.lot(), rooms(request, model));
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

    /// What a request has of a turn.
    private sealed interface Turn {
        Turn NOW = new Given(Seat.UNCOUNTED, null, null);

        /// What was drawn for it before it waited: it has had its turn among targets.
        @Nullable
        Draw drawn();

        /// It has a seat.
        ///
        /// @param at the pool that it has waited for; null for one that has not
        record Given(
                Seat seat, @Nullable PoolId at, @Nullable Draw drawn) implements Turn {}

        /// It asks for a seat.
        ///
        /// @param of whom
        /// @param later told when it has to wait and is given one
        /// @param sinceNanos since when it has waited, for another pool; null for one that has not
        record Asked(
                Applications of,
                Consumer<Supplier<Routing>> later,
                @Nullable Draw drawn,
                @Nullable Long sinceNanos) implements Turn {}
    }

    /// A request has come: it is routed when it is its turn.
    ///
    /// @param tokens the prompt's, when it was tokenized
    /// @param later told once, on another thread, how a request goes on that waits: asking the supplier
    ///     routes it
    public Routing arrive(InferenceRequest request, @Nullable PromptTokens tokens, Consumer<Supplier<Routing>> later) {
        return route(
                request, tokens, applications == null ? Turn.NOW : new Turn.Asked(applications, later, null, null));
    }

    public Routing route(InferenceRequest request) {
        return route(request, null);
    }

    /// Routes a request now, whoever waits.
    ///
    /// @param tokens the prompt's, when it was tokenized
    public Routing route(InferenceRequest request, @Nullable PromptTokens tokens) {
        return route(request, tokens, Turn.NOW);
    }

    private Routing route(InferenceRequest request, @Nullable PromptTokens tokens, Turn turn) {
        PoolSnapshot pool = pools.find(request.pool());
        if (pool == null) {
            return Refusal.unknown(request.pool());
        }
        long seed = seedOf(request);
        return switch (request.work()) {
            case Work.Opaque _ -> admit(request, tokens, Bound.there(null, pool, false), turn, seed);
            case Work.Prompted prompted ->
                switch (resolve(request, prompted.model(), seed)) {
                    case Resolution.Unpublished unpublished -> Refusal.unpublished(request, unpublished);
                    case Resolution.PassedThrough(Target target) -> {
                        yield admit(request, tokens, Bound.there(Draw.only(target, seed), pool, false), turn, seed);
                    }
                    case Resolution.Resolved(PublishedModel model) -> {
                        Draw draw = draw(request, model, List.of(), turn, seed);
                        yield admit(request, tokens, Bound.there(draw, pool, true), turn, seed);
                    }
                    case Resolution.Movable(PublishedModel model, List<Home> homes) -> {
                        Draw draw = draw(request, model, homes, turn, seed);
                        Rooms rooms = rooms(request, prompted.model(), turn);
                        Destination to = destinations.choose(pool, draw.target(), homes, draw.lot(), rooms);
                        yield to == null
                                ? Refusal.unknown(homes.getFirst().pool())
                                : admit(request, tokens, new Bound(draw, to, true, homes), turn, seed);
                    }
                };
        };
    }

    /// Who has waited for a pool has its turn there.
    private Rooms rooms(InferenceRequest request, ModelName model, Turn turn) {
        return turn instanceof Turn.Given(Seat _, PoolId at, Draw _) && at != null
                ? Rooms.only(at)
                : rooms(request, model);
    }

    private Rooms rooms(InferenceRequest request, ModelName model) {
        return applications == null ? Rooms.ANYWHERE : applications.rooms(request, model);
    }

    private Draw draw(InferenceRequest request, PublishedModel model, List<Home> homes, Turn turn, long seed) {
        Draw drawn = turn.drawn();
        return drawn != null && model.offers(drawn.target()) ? drawn : draws.draw(request, model, homes, seed);
    }

    private Routing admit(InferenceRequest request, @Nullable PromptTokens tokens, Bound bound, Turn turn, long seed) {
        PoolSnapshot pool = bound.pool();
        return switch (ask(request, tokens, bound, turn)) {
            case Seat seat -> place(request, tokens, bound, seat, seed);
            case Admission.Waiting(Ticket ticket) -> new Routing.Waiting(ticket);
            case Admission.Refused refused -> Refusal.of(pool, refused);
            case Admission.Elsewhere _ -> throw new IllegalStateException("it has not waited yet");
        };
    }

    private Admission ask(InferenceRequest request, @Nullable PromptTokens tokens, Bound bound, Turn turn) {
        return switch (turn) {
            case Turn.Given given -> given.seat();
            case Turn.Asked asked -> {
                Seat free = asked.of().admit(request, bound);
                yield free != null
                        ? free
                        : asked.of()
                                .enqueue(
                                        request,
                                        bound,
                                        asked.sinceNanos(),
                                        told -> asked.later().accept(() -> goOn(told, request, tokens, bound, asked)));
            }
        };
    }

    private Routing goOn(
            Admission told, InferenceRequest request, @Nullable PromptTokens tokens, Bound bound, Turn.Asked asked) {
        return switch (told) {
            case Seat seat ->
                route(request, tokens, new Turn.Given(seat, bound.pool().id(), bound.draw()));
            case Admission.Elsewhere(long since) ->
                route(request, tokens, new Turn.Asked(asked.of(), asked.later(), bound.draw(), since));
            case Admission.Refused refused -> Refusal.of(bound.pool(), refused);
            case Admission.Waiting _ -> throw new IllegalStateException("it has waited already");
        };
    }

    private Resolution resolve(InferenceRequest request, ModelName model, long seed) {
        return catalog.get().resolve(request.pool(), request.movable(), model, seed);
    }

    private PrefixHits hits(Work.Prompted prompted, Target target, @Nullable PromptTokens tokens, PoolSnapshot pool) {
        PrefixHits found = hits.get();
        knowledge.prefixes().match(prompted.prompt(), PromptKnowledge.prefixSeed(target, prompted), pool, found);
        if (tokens != null) {
            knowledge.tokenized().match(PromptKnowledge.tokenizedPrompt(target, prompted), tokens, pool, found);
        }
        return found;
    }

    private PrefixHits hits(InferenceRequest request, @Nullable PromptTokens tokens, Bound bound) {
        Target target = bound.target();
        return target != null && request.work() instanceof Work.Prompted prompted
                ? hits(prompted, target, tokens, bound.pool())
                : PrefixHits.none();
    }

    private Routing place(InferenceRequest request, @Nullable PromptTokens prompt, Bound bound, Seat seat, long seed) {
        Destination to = bound.to();
        Target target = bound.target();
        PoolSnapshot pool = bound.pool();
        Draw draw = bound.draw();
        Pin pin = draw == null || draw.visit() == null ? Pin.NONE : draw.visit().pin(pool);
        PrefixHits hits = hits(request, prompt, bound);
        TokenModel tokens =
                target == null ? TokenModel.initial() : knowledge.tokens().of(target.served());
        Situation situation = new Situation(
                request,
                target,
                pool,
                hits,
                tokens,
                knowledge.rates(),
                ticker.nanos(),
                clock.millis(),
                seed,
                pin,
                seat.room(),
                bound.objectives(catalog.get(), request),
                seat.isSheddable());
        return switch (scheduler.schedule(situation)) {
            case Pick.NoEndpoints(int faulty) -> Refusal.noEndpoint(pool, faulty);
            case Pick.SubsetEmpty _ -> Refusal.subsetEmpty(pool);
            case Pick.AdapterNotServing(ModelName adapter) -> Refusal.adapterNotServing(pool, adapter);
            case Pick.TooLate(Duration by) -> Refusal.tooLate(pool, by);
            case Pick.Picked picked -> {
                Pick.Picked here = to.move() == null ? picked : picked.moved(to.move());
                journal.record(here.decision());
                if (target != null && bound.published()) {
                    counts.placed(pool.id(), target);
                }
                yield new Routing.Placed(Placement.begin(situation, draw, here, knowledge, seat));
            }
        };
    }

    private static long seedOf(InferenceRequest request) {
        return seedOf(request.id(), request.arrivedNanos());
    }

    private static long seedOf(String requestId, long arrivedNanos) {
        return Lots.mix(requestId.hashCode() * 0x9E3779B97F4A7C15L + arrivedNanos);
    }
}
