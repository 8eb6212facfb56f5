package dev.sluice.lab.contender;

import dev.sluice.lab.fleet.Agenda;
import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.workload.Arrival;
import dev.sluice.lab.workload.Kind;
import dev.sluice.lab.workload.Sender;
import dev.sluice.lab.workload.Slo;
import dev.sluice.lab.workload.Told;
import dev.sluice.lab.workload.Workload;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Priorities;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.request.RequestAttributes;
import dev.sluice.picker.routing.PendingRequest;
import dev.sluice.picker.routing.PromptBody;
import dev.sluice.picker.routing.Router;
import dev.sluice.picker.routing.Routing;
import dev.sluice.picker.routing.RoutingData;
import dev.sluice.picker.routing.RoutingFeatures;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.time.Timer;
import dev.sluice.simulator.engine.Profile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sluice: the router with everything behind it, as a picker wires it, on virtual time.
final class RouterContender implements Contender {
    private static final PoolId POOL = new PoolId("lab", "pool");
    private static final int PORT = 8000;
    /// As many (block, endpoint) pairs as a picker's default.
    private static final int PREFIX_ENTRIES = 1 << 22;

    /// A model that says nothing of its size.
    private static final String UNTELLING_MODEL = "served-model";

    private static final long JOURNAL_BYTES = 1 << 20;

    private final ModelName base;
    private final Agenda agenda;
    private final PoolSettings settings;
    private final Told told;
    private final Pools pools;
    private final Router router;
    private final @Nullable AdmissionControl admission;
    private final List<EndpointSpec> specs = new ArrayList<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Map<EndpointId, Integer> numbers = new HashMap<>();

    /// @param replicas how many such pickers share the servers
    RouterContender(PolicyKind policy, Workload workload, Agenda agenda, int replicas) {
        this(policy, workload, agenda, replicas, priors(workload));
    }

    /// A router whose requests may have to wait.
    RouterContender(Workload workload, Agenda agenda, AdmissionSettings admission) {
        this(PolicyKind.COST, workload, agenda, 1, priors(workload), admission);
    }

    RouterContender(PolicyKind policy, Workload workload, Agenda agenda, int replicas, RateBook rates) {
        this(policy, workload, agenda, replicas, rates, null);
    }

    private RouterContender(
            PolicyKind policy,
            Workload workload,
            Agenda agenda,
            int replicas,
            RateBook rates,
            @Nullable AdmissionSettings waiting) {
        this.base = new ModelName(workload.model());
        this.agenda = agenda;
        this.told = workload.told();
        PoolSettings usual =
                PoolSettings.DEFAULT.withPolicy(PolicySettings.of(policy)).withReplicas(replicas);
        this.settings = waiting == null ? usual : usual.withAdmission(waiting);
        PrefixIndex prefixes = new PrefixIndex(PREFIX_ENTRIES);
        this.pools = new Pools(prefixes::forget);
        Catalog catalog = new Catalog(Map.of(POOL, published(workload)), Map.of(), Map.of(POOL, priorities(workload)));
        this.admission = waiting == null
                ? null
                : new AdmissionControl(
                        pools,
                        new Execution(agenda::now, this::timer, this::soon),
                        AdmissionWatch.NOBODY,
                        Long.MAX_VALUE,
                        rates);
        InstantSource clock = () -> Instant.ofEpochSecond(0, agenda.now());
        Knowledge knowledge = new Knowledge(prefixes, TokenizedPrefixes.none(), new TokenLearner(), rates);
        this.router = new Router(
                new RoutingData(pools, () -> catalog, knowledge),
                new RoutingFeatures(null, admission, (_, _, done) -> done.accept(null)),
                new Journal(JOURNAL_BYTES),
                agenda::now,
                clock);
    }

    private static RateBook priors(Workload workload) {
        return RateBook.withPriors(workload.told().prior());
    }

    /// Objectives are named by their values.
    private static Priorities priorities(Workload workload) {
        return new Priorities(
                workload.mix().stream()
                        .map(Kind::priority)
                        .distinct()
                        .collect(Collectors.toMap(value -> Integer.toString(value), Priority::new)),
                Map.of(),
                Map.of(),
                Priority.STANDARD);
    }

    private void soon(Runnable task) {
        agenda.at(agenda.now(), task);
    }

    private Timer.Pending timer(Duration delay, Runnable action) {
        AtomicBoolean cancelled = new AtomicBoolean();
        agenda.at(agenda.now() + delay.toNanos(), () -> {
            if (!cancelled.get()) {
                action.run();
            }
        });
        return () -> cancelled.set(true);
    }

    private static List<PublishedModel> published(Workload workload) {
        ModelName model = new ModelName(workload.model());
        return Stream.concat(
                        Stream.of(published(model, null)),
                        workload.adapterNames().map(ModelName::new).map(name -> published(name, name)))
                .toList();
    }

    private static PublishedModel published(ModelName name, @Nullable ModelName adapter) {
        return new PublishedModel(name, List.of(new PublishedModel.WeightedTarget(name, adapter, 1)));
    }

    @Override
    public void joined(Server server) {
        int number = server.number();
        if (number != specs.size()) {
            throw new IllegalArgumentException("servers join in their order, not " + number + " after " + specs.size());
        }
        EndpointId id = new EndpointId("server-" + number, "10.0." + number / 250 + "." + (number % 250 + 1), PORT);
        specs.add(new EndpointSpec(id, hardware(server.config().profile()), Engine.VLLM));
        numbers.put(id, number);
        endpoints.addAll(pools.replaceAll(List.of(new Pools.PoolSpec(POOL, settings, specs))));
        changed();
    }

    /// The hardware of a server, as the router is told.
    private Hardware hardware(Profile profile) {
        String product = profile.accelerator().product();
        if (product.isEmpty()) {
            return new Hardware("", 1, UNTELLING_MODEL);
        }
        // As the node labels of NVIDIA's feature discovery write it.
        return new Hardware(product.replace(' ', '-'), profile.gpus(), base.value());
    }

    private void changed() {
        if (admission != null) {
            admission.changed(POOL);
        }
    }

    @Override
    public void scraped(int server, Gauges gauges) {
        Endpoint endpoint = endpoints.get(server);
        endpoint.report(new Signals(
                gauges.waiting(),
                gauges.running(),
                new KvCache(gauges.kvUsage(), gauges.kvCapacityTokens()),
                gauges.lora().slots() == 0
                        ? Adapters.NONE
                        : new Adapters(
                                gauges.lora().running(),
                                gauges.lora().waiting(),
                                gauges.lora().slots()),
                endpoint.inFlight().requests(),
                agenda.now()));
        changed();
    }

    @Override
    public void submit(Arrival request, Verdict verdict) {
        PendingRequest pending =
                new PendingRequest(inferenceRequest(request), PromptBody.UNREAD, agenda.now(), step -> {
                    conclude(request, step.get(), verdict);
                    return true;
                });
        conclude(request, router.route(pending), verdict);
    }

    private void conclude(Arrival request, Routing routing, Verdict verdict) {
        switch (routing) {
            case Routing.Placed(Placement placement) -> verdict.placed(new Placed(request, placement));
            case Routing.Waiting _ -> {}
            case Routing.Refused _ -> verdict.refused();
        }
    }

    private InferenceRequest inferenceRequest(Arrival request) {
        ModelName model = request.adapter() == null ? base : new ModelName(request.adapter());
        Work work = new Work.Prompted(
                model, request.prompt().prefix(), null, request.output().maxTokens(), true);
        Sender sender = request.sender();
        Slo slo = sender.slo();
        Objectives objectives =
                told.objectives() ? new Objectives(slo.ttftMillis(), slo.tpotMillis()) : Objectives.NONE;
        return new InferenceRequest(
                "request-" + request.number(),
                RoutePools.only(POOL),
                work,
                EndpointSubset.ANY,
                agenda.now(),
                new RequestAttributes(Integer.toString(sender.priority()), sender.tenant(), 0, objectives));
    }

    private final class Placed implements ServerPlacement {
        private final Arrival request;
        private final Placement placement;

        Placed(Arrival request, Placement placement) {
            this.request = request;
            this.placement = placement;
        }

        @Override
        public int server() {
            Integer number = numbers.get(placement.endpoint().id());
            if (number == null) {
                throw new IllegalStateException("unknown endpoint " + placement.endpoint());
            }
            return number;
        }

        @Override
        public void firstToken() {
            placement.firstToken(agenda.now());
        }

        @Override
        public void ended(int cachedTokens) {
            if (told.reportsUsage()) {
                placement.used(new TokenUsage(
                        request.prompt().tokens(), request.output().tokens(), cachedTokens));
            } else {
                streamed();
            }
            placement.end(true, agenda.now());
        }

        @Override
        public void refused() {
            placement.end(false, agenda.now());
        }

        /// The answer passed by, and nothing said what was used: the picker has counted an event for each token, and
        /// the one that ends the stream.
        private void streamed() {
            placement.streamed(request.output().tokens() + 1L, request.output().tokens() * 4L);
        }
    }
}
