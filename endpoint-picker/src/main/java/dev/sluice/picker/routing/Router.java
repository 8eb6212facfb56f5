package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.QueueEntry;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prompt.PromptTokens;
import dev.sluice.picker.prompt.Tokenization;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.ModelListing;
import dev.sluice.picker.request.RequestAttributes;
import dev.sluice.picker.routing.RequestStage.Admitted;
import dev.sluice.picker.routing.RequestStage.ModelResolved;
import dev.sluice.picker.routing.RequestStage.NotRouted;
import dev.sluice.picker.routing.RequestStage.PermitGranted;
import dev.sluice.picker.routing.RequestStage.PoolAssigned;
import dev.sluice.picker.routing.RequestStage.PromptTokenized;
import dev.sluice.picker.routing.RequestStage.Unassigned;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.routing.placement.PromptKnowledge;
import dev.sluice.picker.routing.target.Destinations;
import dev.sluice.picker.routing.target.TargetChoice;
import dev.sluice.picker.routing.target.TargetCounts;
import dev.sluice.picker.routing.target.TargetSelector;
import dev.sluice.picker.scheduling.Pick;
import dev.sluice.picker.scheduling.Pin;
import dev.sluice.picker.scheduling.PoolView;
import dev.sluice.picker.scheduling.PricedRequest;
import dev.sluice.picker.scheduling.Scheduler;
import dev.sluice.picker.scheduling.SchedulingInput;
import dev.sluice.picker.time.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Routes a request in five steps: resolve its model, tokenize its prompt, assign it a target and a pool, admit it,
/// place it.
///
/// Each step takes the stage that the step before it has reached; [#step] is their order.
public final class Router {
    private final Supplier<Catalog> catalog;
    private final Knowledge knowledge;
    private final Tokenization tokenization;
    private final Scheduler scheduler = new Scheduler();
    private final Assignment assignment;
    private final AdmissionRequests admission;
    private final TargetCounts counts = new TargetCounts();
    /// Each thread's own; filled anew for each request.
    private final ThreadLocal<PrefixHits> hits = ThreadLocal.withInitial(PrefixHits::new);
    private final Journal journal;
    private final Ticker ticker;
    private final InstantSource clock;

    public Router(RoutingData data, RoutingFeatures features, Journal journal, Ticker ticker, InstantSource clock) {
        this.catalog = data.catalog();
        this.knowledge = data.knowledge();
        this.tokenization = features.tokenization();
        Destinations destinations = new Destinations(data.pools());
        this.admission = new AdmissionRequests(features.admission(), catalog, knowledge.prefixes(), destinations);
        this.assignment = new Assignment(
                data.pools(), destinations, new TargetSelector(data.pools(), features.sessions()), admission);
        this.journal = journal;
        this.ticker = ticker;
        this.clock = clock;
    }

    /// Routes a request that has been parsed. A request that waits is routed on through its [Resumption].
    public Routing route(PendingRequest request) {
        return run(request, request.stage());
    }

    /// The model of a request that names none, or null when it cannot be served.
    public @Nullable ModelName unnamed(PoolId pool, String requestId, long arrivedNanos) {
        return catalog.get().unnamed(pool, PendingRequest.seed(requestId, arrivedNanos));
    }

    /// The models that a route publishes, sorted by name; empty when it passes every name through.
    public List<ModelListing> models(RoutePools route) {
        return catalog.get().listed(route);
    }

    /// The model's name decides what becomes of a request: the route's pools publish models, or serve some
    /// under other names, or the request itself asks for another.
    public boolean namesMatter(RoutePools route, RequestAttributes attributes) {
        return attributes.served() != null || catalog.get().namesMatter(route);
    }

    /// The number of requests that a published model's target has got in a pool, since the start.
    public long placed(PoolId pool, Target target) {
        return counts.of(pool, target);
    }

    /// Takes steps until the request waits, is refused or is placed.
    private Routing run(PendingRequest request, RequestStage from) {
        try {
            RequestStage stage = from;
            while (true) {
                switch (stage) {
                    case Routing result -> {
                        return result;
                    }
                    case RequestStage.Intermediate reached -> {
                        stage = step(request, reached);
                        request.enter(stage);
                    }
                }
            }
        } catch (RuntimeException | Error fault) {
            request.abandon();
            throw fault;
        }
    }

    private RequestStage step(PendingRequest request, RequestStage.Intermediate stage) {
        return switch (stage) {
            case NotRouted _ -> resolve(request);
            case ModelResolved model -> tokenize(request, model);
            case PromptTokenized prompt -> assignment.assign(request, prompt);
            case PoolAssigned assigned -> admit(request, assigned, ticker.nanos());
            case Unassigned unassigned -> readmit(request, unassigned);
            case PermitGranted granted -> reassign(request, granted);
            case Admitted admitted -> place(request, admitted);
        };
    }

    /// Goes on with a request that waited, from the stage that it has reached by that.
    private Routing resume(PendingRequest request, RequestStage reached) {
        request.reach(reached);
        return run(request, reached);
    }

    private ModelResolved resolve(PendingRequest request) {
        Catalog now = catalog.get();
        return new ModelResolved(now, resolution(request, now));
    }

    /// A model that was resolved before a wait is resolved again only where the catalog has changed meanwhile.
    private PromptTokenized current(PendingRequest request, PromptTokenized prompt) {
        return catalog.get() == prompt.model().catalog()
                ? prompt
                : new PromptTokenized(resolve(request), prompt.tokens());
    }

    private static @Nullable Resolution resolution(PendingRequest pending, Catalog catalog) {
        InferenceRequest request = pending.request();
        ModelName named = request.work().model();
        return named == null
                ? null
                : catalog.resolve(request.route(), named, request.attributes().served(), pending.seed());
    }

    /// Lets the prompt become tokens, where its model has a tokenizer and the engines of its pool report what they
    /// cache.
    private RequestStage tokenize(PendingRequest request, ModelResolved model) {
        if (!knowledge.tokenized().areKnown() || !(request.request().work() instanceof Work.Prompted prompted)) {
            return new PromptTokenized(model, null);
        }
        PoolSnapshot pool = assignment.preview(request, model);
        TokenizerSource how =
                pool == null || pool.settings().signals().sources().kvEvents() == null
                        ? null
                        : model.catalog().tokenizer(pool.id(), prompted.model());
        if (pool == null || how == null) {
            return new PromptTokenized(model, null);
        }
        tokenization.begin(
                how,
                request.body().tokenizable(pool.id()),
                tokens -> request.resume(() -> resume(request, current(request, new PromptTokenized(model, tokens)))));
        return new Routing.Tokenizing();
    }

    /// @param sinceNanos when the request begins to wait, or began before
    private RequestStage admit(PendingRequest request, PoolAssigned assigned, long sinceNanos) {
        AdmissionPermit permit = admission.admit(request.request(), assigned);
        return permit == null ? enqueue(request, assigned, sinceNanos) : new Admitted(assigned, permit);
    }

    /// Admits a request that has waited for another pool.
    private RequestStage readmit(PendingRequest request, Unassigned unassigned) {
        PoolAssigned waited = unassigned.waited();
        RequestStage again = assignment.assignAgain(request, current(request, waited.prompt()), waited);
        return again instanceof PoolAssigned assigned ? admit(request, assigned, unassigned.sinceNanos()) : again;
    }

    private RequestStage enqueue(PendingRequest request, PoolAssigned assigned, long sinceNanos) {
        Admission admitted = admission.enqueue(
                request.request(),
                assigned,
                sinceNanos,
                decided -> leave(request, stage(assigned, decided, sinceNanos), decided));
        return switch (admitted) {
            case Admission.Enqueued(QueueEntry entry) -> new Routing.Queued(entry);
            case Admission.Denied denied -> Refusal.of(assigned.pool(), denied);
            case AdmissionPermit _, Admission.Elsewhere _ ->
                throw new IllegalStateException("admission decided twice about request "
                        + request.request().id());
        };
    }

    /// The request leaves its queue. A permit for a request that has ended meanwhile is returned.
    private void leave(PendingRequest request, RequestStage reached, Admission decided) {
        boolean resumed = request.resume(() -> resumeFromQueue(request, reached));
        if (!resumed && decided instanceof AdmissionPermit permit) {
            permit.returned();
        }
    }

    /// Once the request has its permit, only its stage holds that: the clock is read after the stage is reached.
    private Routing resumeFromQueue(PendingRequest request, RequestStage reached) {
        request.reach(reached);
        try {
            request.left(ticker.nanos());
        } catch (RuntimeException | Error fault) {
            request.abandon();
            throw fault;
        }
        return run(request, reached);
    }

    private static RequestStage stage(PoolAssigned waited, Admission decided, long waitedSince) {
        return switch (decided) {
            case AdmissionPermit permit -> new PermitGranted(waited, permit, waitedSince);
            case Admission.Elsewhere(long sinceNanos) -> new Unassigned(waited, sinceNanos);
            case Admission.Denied denied -> Refusal.of(waited.pool(), denied);
            case Admission.Enqueued _ -> throw new IllegalStateException("a dispatched request is queued again");
        };
    }

    /// Assigns a request again that has waited: models and pools may have changed. A permit is for the pool that
    /// granted it: where that has lost its endpoints meanwhile, the pool that serves the request now must admit it,
    /// too.
    private RequestStage reassign(PendingRequest request, PermitGranted granted) {
        PoolAssigned waited = granted.waited();
        RequestStage again = assignment.assignAdmitted(request, current(request, waited.prompt()), waited);
        if (!(again instanceof PoolAssigned assigned)) {
            return again;
        }
        return assigned.pool().id().equals(waited.pool().id())
                ? new Admitted(assigned, granted.permit())
                : new Unassigned(waited, granted.sinceNanos());
    }

    /// Places an admitted request: what each endpoint holds of its prompt, what it costs there, where it goes.
    private Routing place(PendingRequest request, Admitted admitted) {
        PoolAssigned assigned = admitted.assigned();
        PoolSnapshot pool = assigned.pool();
        PrefixHits held = prefix(request.request(), assigned);
        SchedulingInput input = input(request, admitted, held);
        return switch (scheduler.schedule(input)) {
            case Pick.NoEndpoints(int faulty) -> Refusal.noEndpoint(pool, faulty);
            case Pick.SubsetEmpty _ -> Refusal.subsetEmpty(pool);
            case Pick.AdapterNotServing(ModelName adapter) -> Refusal.adapterNotServing(pool, adapter);
            case Pick.TooLate(Duration by) -> Refusal.tooLate(pool, by);
            case Pick.Picked picked -> {
                Pick.Picked here = assigned.to().reroute() == null
                        ? picked
                        : picked.moved(assigned.to().reroute());
                journal.record(here.decision());
                if (assigned.target() != null
                        && assigned.isPublished()
                        && request.request().attributes().served() == null) {
                    counts.placed(pool.id(), assigned.target());
                }
                yield new Routing.Placed(Placement.begin(input, assigned.choice(), here, knowledge, admitted.permit()));
            }
        };
    }

    /// The part of the prompt that each endpoint holds.
    private PrefixHits prefix(InferenceRequest request, PoolAssigned assigned) {
        Target target = assigned.target();
        if (target == null || !(request.work() instanceof Work.Prompted prompted)) {
            return PrefixHits.none();
        }
        PoolSnapshot pool = assigned.pool();
        PromptTokens tokens = assigned.prompt().tokens();
        PrefixHits found = hits.get();
        knowledge.prefixes().match(prompted.prompt(), PromptKnowledge.prefixSeed(target, prompted), pool, found);
        if (tokens != null) {
            knowledge.tokenized().match(PromptKnowledge.tokenizedPrompt(target, prompted), tokens, pool, found);
        }
        return found;
    }

    private SchedulingInput input(PendingRequest request, Admitted admitted, PrefixHits held) {
        PoolAssigned assigned = admitted.assigned();
        AdmissionPermit permit = admitted.permit();
        Target target = assigned.target();
        TargetChoice choice = assigned.choice();
        Pin pin = choice == null || choice.sessionAttempt() == null
                ? Pin.NONE
                : choice.sessionAttempt().pin(assigned.pool());
        TokenModel tokens =
                target == null ? TokenModel.initial() : knowledge.tokens().of(target.served());
        InferenceRequest parsed = request.request();
        return new SchedulingInput(
                new PricedRequest(parsed, target, tokens, pin, assigned.objectives(parsed), permit.isSheddable()),
                new PoolView(assigned.pool(), held, knowledge.rates(), permit.capacity()),
                ticker.nanos(),
                clock.millis(),
                request.seed());
    }
}
