package dev.sluice.picker.admission;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/// A pool of engines that hold 10,000 tokens each, on virtual time, and the requests that run there. A preempted
/// request runs on until the test ends it.
final class Stand {
    static final PoolId POOL = new PoolId("ml", "pool");
    private static final long CAPACITY = 10_000;
    private static final long TOKENS = 1_000;

    final VirtualTime time = new VirtualTime();
    final List<String> preempted = new ArrayList<>();
    final List<String> went = new ArrayList<>();
    final Map<String, Outcome> refused = new HashMap<>();
    final Map<String, AdmissionPermit> permits = new HashMap<>();
    /// Requests that were preempted although no queued request had the right to.
    final List<String> wrongs = new ArrayList<>();
    private final Pools pools = new Pools(_ -> {});
    final AdmissionControl admission = new AdmissionControl(
            pools, new Execution(time, time, Runnable::run), AdmissionWatch.NOBODY, Long.MAX_VALUE, new RateBook());
    private final Map<String, Running> running = new HashMap<>();
    private final Map<String, Priority> preemptors = new HashMap<>();
    private final Set<String> unnoticed = new HashSet<>();

    private record Running(Endpoint endpoint, long prefillNanos, long tokens) {}

    void endpoints(int count) {
        PoolSettings settings = PoolSettings.DEFAULT.withAdmission(
                PoolSettings.DEFAULT.admission().withHeadroom(0));
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                settings,
                IntStream.range(0, count)
                        .mapToObj(i -> new EndpointSpec(
                                new EndpointId("pod-" + i, "10.0.0." + i, 8000), Hardware.UNKNOWN, Engine.VLLM))
                        .toList())));
        admission.changed();
    }

    PoolSnapshot pool() {
        return Objects.requireNonNull(pools.find(POOL));
    }

    /// A request is admitted and runs at that endpoint.
    void run(String name, int endpoint, Priority priority, long tokens) {
        AdmissionPermit permit = Objects.requireNonNull(
                admission.admit(pool(), priority, new TenantShare("a", 1)), "no room for " + name);
        begin(name, permit, priority, new Running(pool().endpoint(endpoint), 0, tokens));
    }

    /// A request is admitted though there is a backlog, with so much to compute; at an engine that says nothing.
    void compute(String name, Priority priority, Duration prefill) {
        AdmissionPermit permit =
                new PreemptiblePermit(admission.queue(POOL), 0, 1, time.nanos(), priority, (_, _) -> true);
        begin(name, permit, priority, new Running(pool().endpoint(0), prefill.toNanos(), TOKENS));
    }

    void ask(String name, Priority priority, Preempts preempts) {
        ask(name, priority, preempts, Long.MAX_VALUE);
    }

    /// @param dueNanos when its first token is due
    void ask(String name, Priority priority, Preempts preempts, long dueNanos) {
        AdmissionPermit free = admission.admit(pool(), priority, new TenantShare("a", 1));
        if (free != null) {
            answered(name, priority, free);
            return;
        }
        if (preempts == Preempts.LOWER_PRIORITY) {
            preemptors.put(name, priority);
        }
        AdmissionRequest request = new AdmissionRequest(
                new Precedence(priority, preempts), new TenantShare("a", 1), 100, dueNanos, Reuse.NONE, null);
        Admission answer = admission.enqueue(pool(), request, later -> answered(name, priority, later));
        if (!(answer instanceof Admission.Enqueued)) {
            answered(name, priority, answer);
        }
    }

    private void answered(String name, Priority priority, Admission admitted) {
        preemptors.remove(name);
        switch (admitted) {
            case AdmissionPermit permit -> {
                went.add(name);
                begin(name, permit, priority, new Running(emptiest(), 0, TOKENS));
            }
            case Admission.Denied no -> refused.put(name, no.outcome());
            case Admission.Enqueued _, Admission.Elsewhere _ -> throw new AssertionError(admitted);
        }
    }

    private Endpoint emptiest() {
        Endpoint emptiest = pool().endpoint(0);
        for (int position = 1; position < pool().size(); position++) {
            Endpoint other = pool().endpoint(position);
            emptiest = other.inFlight().contextTokens() < emptiest.inFlight().contextTokens() ? other : emptiest;
        }
        return emptiest;
    }

    private void begin(String name, AdmissionPermit permit, Priority priority, Running request) {
        permits.put(name, permit);
        running.put(name, request);
        request.endpoint().inFlight().place(time.nanos(), request.prefillNanos(), request.tokens());
        permit.charge(request.tokens(), 10);
        Footprint footprint = new Footprint(request.endpoint(), request.prefillNanos(), request.tokens(), time.nanos());
        permit.onPreempted(footprint, _ -> {
            preempted.add(name);
            boolean right = priority.isSheddable()
                    && preemptors.values().stream().anyMatch(other -> other.compareTo(priority) > 0);
            if (!right) {
                wrongs.add(name);
            }
        });
    }

    /// The engine will say for a while that it holds the request though it has ended.
    void engineKeeps(String name) {
        unnoticed.add(name);
    }

    void end(String name) {
        Running request = Objects.requireNonNull(running.get(name));
        if (!unnoticed.contains(name)) {
            running.remove(name);
        }
        request.endpoint().inFlight().release(request.tokens());
        request.endpoint().inFlight().withdraw(time.nanos(), request.prefillNanos());
        Objects.requireNonNull(permits.remove(name)).ended(time.nanos());
    }

    /// The engines say what they hold.
    void read() {
        for (int position = 0; position < pool().size(); position++) {
            Endpoint endpoint = pool().endpoint(position);
            long held = running.values().stream()
                    .filter(each -> each.endpoint() == endpoint)
                    .mapToLong(Running::tokens)
                    .sum();
            endpoint.report(signals(endpoint, Math.min(1, (double) held / CAPACITY), time.nanos()));
        }
        admission.changed(POOL);
    }

    static Signals signals(Endpoint endpoint, double kvUsage, long now) {
        int requests = endpoint.inFlight().requests();
        return new Signals(0, requests, new KvCache(kvUsage, CAPACITY), Adapters.NONE, requests, now);
    }
}
