package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.QueueEntry;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelListing;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Objectives;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.model.RequestAttributes;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.TokenizerSource;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.routing.Destinations.Destination;
import dev.sluice.picker.routing.Destinations.PoolCapacity;
import dev.sluice.picker.scheduling.Hashing;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.scheduling.PoolView;
import dev.sluice.picker.scheduling.PricedRequest;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.SchedulingInput;
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
    private final TargetSelector selector;
    private final TargetCounts counts = new TargetCounts();
    /// Each thread's own; filled anew for each request.
    private final ThreadLocal<PrefixHits> hits = ThreadLocal.withInitial(PrefixHits::new);
    private final Journal journal;
    private final Ticker ticker;
    private final InstantSource clock;
    /// Null where nobody waits.
    private final @Nullable AdmissionRequests admissionRequests;

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
        this.selector = new TargetSelector(sessions);
        this.destinations = new Destinations(pools);
        this.admissionRequests = admission == null
                ? null
                : new AdmissionRequests(admission, catalog, knowledge.prefixes(), destinations);
        this.catalog = catalog;
        this.knowledge = knowledge;
        this.journal = journal;
        this.ticker = ticker;
        this.clock = clock;
    }

    /// What must become of a prompt before its request is routed.
    ///
    /// @param pool whose engines are asked
    public record PromptTokenization(PoolId pool, TokenizerSource how) {}

    /// How the prompt of a request must become tokens before it is routed, or null when it need not: its model has no
    /// tokenizer, or no engine of its pool reports what it caches.
    public @Nullable PromptTokenization tokenizing(InferenceRequest request) {
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
        return how == null ? null : new PromptTokenization(pool.id(), how);
    }

    /// The pool that a request most likely goes to when it is routed, which is chosen again then.
    private @Nullable PoolSnapshot destination(InferenceRequest request, ModelName model, PoolSnapshot route) {
        long seed = seedOf(request);
        if (resolve(request, model, seed)
                instanceof Resolution.Movable(PublishedModel published, List<PoolBinding> bindings)) {
            TargetChoice choice = selector.preview(request, published, bindings, seed);
            Destination chosen =
                    destinations.choose(route, choice.target(), bindings, choice.hash(), capacity(request, model));
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

    /// Whether it depends on its model's name what becomes of a request: the route's pools publish models, or serve
    /// some under other names, or the request itself asks for another.
    public boolean namesMatter(PoolId pool, List<PoolId> movable, RequestAttributes attributes) {
        return attributes.served() != null || catalog.get().namesMatter(pool, movable);
    }

    /// How many requests a published model's target has got in a pool, since the start.
    public long placed(PoolId pool, Target target) {
        return counts.of(pool, target);
    }

    /// How far the admission of a request has come.
    private sealed interface AdmissionStep {
        AdmissionStep NOW = new Admitted(AdmissionPermit.UNCOUNTED, null, null);

        /// The target chosen before the wait: a request chooses once.
        @Nullable
        TargetChoice chosen();

        /// Admission has admitted the request.
        ///
        /// @param at the pool that it waited for; null where it did not wait
        record Admitted(
                AdmissionPermit permit,
                @Nullable PoolId at,
                @Nullable TargetChoice chosen) implements AdmissionStep {}

        /// Admission is still to be asked.
        ///
        /// @param of the admission of this picker
        /// @param later called when a queued request is dispatched
        /// @param sinceNanos when it began to wait for another pool; null where it did not wait
        record Requested(
                AdmissionRequests of,
                Consumer<Supplier<Routing>> later,
                @Nullable TargetChoice chosen,
                @Nullable Long sinceNanos)
                implements AdmissionStep {}
    }

    /// Routes a request, or queues it.
    ///
    /// @param tokens the prompt's, where it was tokenized
    /// @param later called once, on another thread, for a queued request: the supplier routes it
    public Routing arrive(InferenceRequest request, @Nullable PromptTokens tokens, Consumer<Supplier<Routing>> later) {
        return route(
                request,
                tokens,
                admissionRequests == null
                        ? AdmissionStep.NOW
                        : new AdmissionStep.Requested(admissionRequests, later, null, null));
    }

    public Routing route(InferenceRequest request) {
        return route(request, null);
    }

    /// Routes a request now, without admission.
    ///
    /// @param tokens the prompt's, where it was tokenized
    public Routing route(InferenceRequest request, @Nullable PromptTokens tokens) {
        return route(request, tokens, AdmissionStep.NOW);
    }

    private Routing route(InferenceRequest request, @Nullable PromptTokens tokens, AdmissionStep step) {
        PoolSnapshot pool = pools.find(request.pool());
        if (pool == null) {
            return Refusal.unknown(request.pool());
        }
        long seed = seedOf(request);
        ModelName named = request.work().model();
        return named == null
                ? admit(request, tokens, RouteChoice.there(null, pool, false), step, seed)
                : switch (resolve(request, named, seed)) {
                    case Resolution.Unpublished unpublished -> Refusal.unpublished(request, unpublished);
                    case Resolution.PassedThrough(Target target) -> {
                        yield admit(
                                request,
                                tokens,
                                RouteChoice.there(TargetChoice.only(target, seed), pool, false),
                                step,
                                seed);
                    }
                    case Resolution.Resolved(PublishedModel model) -> {
                        TargetChoice choice = choice(request, model, List.of(), step, seed);
                        yield admit(request, tokens, RouteChoice.there(choice, pool, true), step, seed);
                    }
                    case Resolution.Movable(PublishedModel model, List<PoolBinding> bindings) -> {
                        TargetChoice choice = choice(request, model, bindings, step, seed);
                        PoolCapacity capacity = capacity(request, named, step);
                        Destination to = destinations.choose(pool, choice.target(), bindings, choice.hash(), capacity);
                        yield to == null
                                ? Refusal.unknown(bindings.getFirst().pool())
                                : admit(request, tokens, new RouteChoice(choice, to, true, bindings), step, seed);
                    }
                };
    }

    /// A request that was queued for a pool has its capacity there.
    private PoolCapacity capacity(InferenceRequest request, ModelName model, AdmissionStep step) {
        return step instanceof AdmissionStep.Admitted(AdmissionPermit _, PoolId at, TargetChoice _) && at != null
                ? PoolCapacity.only(at)
                : capacity(request, model);
    }

    private PoolCapacity capacity(InferenceRequest request, ModelName model) {
        return admissionRequests == null ? PoolCapacity.ANYWHERE : admissionRequests.capacity(request, model);
    }

    private TargetChoice choice(
            InferenceRequest request, PublishedModel model, List<PoolBinding> bindings, AdmissionStep step, long seed) {
        TargetChoice chosen = step.chosen();
        return chosen != null && model.offers(chosen.target())
                ? chosen
                : selector.choice(request, model, bindings, seed);
    }

    private Routing admit(
            InferenceRequest request, @Nullable PromptTokens tokens, RouteChoice route, AdmissionStep step, long seed) {
        PoolSnapshot pool = route.pool();
        return switch (ask(request, tokens, route, step)) {
            case AdmissionPermit permit -> place(request, tokens, route, permit, seed);
            case Admission.Enqueued(QueueEntry entry) -> new Routing.Queued(entry);
            case Admission.Denied refused -> Refusal.of(pool, refused);
            case Admission.Elsewhere _ ->
                throw new IllegalStateException("admission moved a request that has not waited: " + request.id());
        };
    }

    private Admission ask(
            InferenceRequest request, @Nullable PromptTokens tokens, RouteChoice route, AdmissionStep step) {
        return switch (step) {
            case AdmissionStep.Admitted given -> given.permit();
            case AdmissionStep.Requested asked -> {
                AdmissionPermit free = asked.of().admit(request, route);
                yield free != null
                        ? free
                        : asked.of()
                                .enqueue(
                                        request,
                                        route,
                                        asked.sinceNanos(),
                                        admission -> asked.later()
                                                .accept(() -> resume(admission, request, tokens, route, asked)));
            }
        };
    }

    private Routing resume(
            Admission admission,
            InferenceRequest request,
            @Nullable PromptTokens tokens,
            RouteChoice route,
            AdmissionStep.Requested asked) {
        return switch (admission) {
            case AdmissionPermit permit ->
                route(
                        request,
                        tokens,
                        new AdmissionStep.Admitted(permit, route.pool().id(), route.choice()));
            case Admission.Elsewhere(long since) ->
                route(request, tokens, new AdmissionStep.Requested(asked.of(), asked.later(), route.choice(), since));
            case Admission.Denied refused -> Refusal.of(route.pool(), refused);
            case Admission.Enqueued _ ->
                throw new IllegalStateException("admission queued a request a second time: " + request.id());
        };
    }

    private Resolution resolve(InferenceRequest request, ModelName model, long seed) {
        return catalog.get()
                .resolve(
                        request.pool(),
                        request.movable(),
                        model,
                        request.attributes().served(),
                        seed);
    }

    private PrefixHits hits(Work.Prompted prompted, Target target, @Nullable PromptTokens tokens, PoolSnapshot pool) {
        PrefixHits found = hits.get();
        knowledge.prefixes().match(prompted.prompt(), PromptKnowledge.prefixSeed(target, prompted), pool, found);
        if (tokens != null) {
            knowledge.tokenized().match(PromptKnowledge.tokenizedPrompt(target, prompted), tokens, pool, found);
        }
        return found;
    }

    private PrefixHits hits(InferenceRequest request, @Nullable PromptTokens tokens, RouteChoice route) {
        Target target = route.target();
        return target != null && request.work() instanceof Work.Prompted prompted
                ? hits(prompted, target, tokens, route.pool())
                : PrefixHits.none();
    }

    private Routing place(
            InferenceRequest request,
            @Nullable PromptTokens prompt,
            RouteChoice route,
            AdmissionPermit permit,
            long seed) {
        Destination to = route.to();
        Target target = route.target();
        PoolSnapshot pool = route.pool();
        TargetChoice choice = route.choice();
        Pin pin = choice == null || choice.sessionAttempt() == null
                ? Pin.NONE
                : choice.sessionAttempt().pin(pool);
        PrefixHits hits = hits(request, prompt, route);
        TokenModel tokens =
                target == null ? TokenModel.initial() : knowledge.tokens().of(target.served());
        Objectives objectives = route.objectives(catalog.get(), request);
        SchedulingInput input = new SchedulingInput(
                new PricedRequest(request, target, tokens, pin, objectives, permit.isSheddable()),
                new PoolView(pool, hits, knowledge.rates(), permit.capacity()),
                ticker.nanos(),
                clock.millis(),
                seed);
        return switch (scheduler.schedule(input)) {
            case Pick.NoEndpoints(int faulty) -> Refusal.noEndpoint(pool, faulty);
            case Pick.SubsetEmpty _ -> Refusal.subsetEmpty(pool);
            case Pick.AdapterNotServing(ModelName adapter) -> Refusal.adapterNotServing(pool, adapter);
            case Pick.TooLate(Duration by) -> Refusal.tooLate(pool, by);
            case Pick.Picked picked -> {
                Pick.Picked here = to.reroute() == null ? picked : picked.moved(to.reroute());
                journal.record(here.decision());
                if (target != null && route.published() && request.attributes().served() == null) {
                    counts.placed(pool.id(), target);
                }
                yield new Routing.Placed(Placement.begin(input, choice, here, knowledge, permit));
            }
        };
    }

    private static long seedOf(InferenceRequest request) {
        return seedOf(request.id(), request.arrivedNanos());
    }

    private static long seedOf(String requestId, long arrivedNanos) {
        return Hashing.mix(requestId.hashCode() * 0x9E3779B97F4A7C15L + arrivedNanos);
    }
}
