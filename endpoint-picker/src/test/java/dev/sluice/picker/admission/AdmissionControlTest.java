package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.capacity.FirstEndpoint;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.CapacityCheck;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
    private static final PoolId POOL = new PoolId("ml", "pool");
    private static final Priority HIGH = new Priority(10);
    private static final Priority LOW = new Priority(-10);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final VirtualTime time = new VirtualTime();
    private final Pools pools = new Pools(_ -> {});
    private final Map<String, Integer> ends = new HashMap<>();
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(time, time, Runnable::run),
            new AdmissionWatch() {
                @Override
                public void opened(PoolId pool, IntSupplier waiting) {}

                @Override
                public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {
                    ends.merge(end, 1, Integer::sum);
                }
            },
            Long.MAX_VALUE,
            new RateBook());
    private final List<String> went = new ArrayList<>();
    private final Map<String, Outcome> refused = new HashMap<>();
    private final Map<String, AdmissionPermit> permits = new HashMap<>();
    private AdmissionSettings settings = AdmissionSettings.DEFAULT;

    private void endpoints(int count) {
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT.withAdmission(settings),
                IntStream.range(0, count)
                        .mapToObj(i -> new EndpointSpec(
                                new EndpointId("pod-" + i, "10.0.0." + i, 8000), Hardware.UNKNOWN, Engine.VLLM))
                        .toList())));
        admission.changed();
    }

    private PoolSnapshot pool() {
        return Objects.requireNonNull(pools.find(POOL));
    }

    /// Each request computes its prompt for a second.
    private Admission ask(String name, Priority priority, String tenant) {
        AdmissionPermit free = admission.admit(pool(), priority, new TenantShare(tenant, 1));
        Admission answer = free != null
                ? free
                : admission.enqueue(pool(), TestRequests.request(priority, tenant, 100), later -> ended(name, later));
        if (!(answer instanceof Admission.Enqueued)) {
            ended(name, answer);
        }
        return answer;
    }

    private void ended(String name, Admission answer) {
        switch (answer) {
            case AdmissionPermit permit -> {
                went.add(name);
                permits.put(name, permit);
                pool().endpoint(0).inFlight().place(time.nanos(), SECOND, 1_000);
                permit.charge(1_000, 100);
            }
            case Admission.Denied(Outcome outcome, Duration retryAfter) -> {
                refused.put(name, outcome);
                assertThat(retryAfter).isPositive();
            }
            case Admission.Enqueued _, Admission.Elsewhere _ -> throw new AssertionError(answer);
        }
    }

    private void end(String name) {
        Endpoint endpoint = pool().endpoint(0);
        endpoint.inFlight().withdraw(time.nanos(), SECOND);
        endpoint.inFlight().release(1_000);
        Objects.requireNonNull(permits.remove(name)).ended(time.nanos());
    }

    @Test
    void noRequestWaitsForAPoolThatIsNotSaturated() {
        endpoints(1);
        assertThat(ask("first", Priority.STANDARD, "a")).isInstanceOf(AdmissionPermit.class);
        assertThat(time.pending()).isZero();
    }

    @Test
    void higherPriorityIsDispatchedFirstThenEarlierArrival() {
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        ask("low", LOW, "a");
        ask("standard", Priority.STANDARD, "a");
        ask("high", HIGH, "a");
        ask("high 2", HIGH, "a");
        assertThat(went).containsExactly("first");
        for (String name : List.of("first", "high", "high 2", "standard")) {
            end(name);
        }
        assertThat(went).containsExactly("first", "high", "high 2", "standard", "low");
        assertThat(admission.waiting(POOL)).isZero();
        assertThat(ends).containsEntry("admitted", 4);
    }

    @Test
    void aHeavyTenantDoesNotStarveALightOne() {
        endpoints(1);
        ask("first", Priority.STANDARD, "heavy");
        for (int i = 0; i < 10; i++) {
            ask("heavy " + i, Priority.STANDARD, "heavy");
        }
        ask("light 0", Priority.STANDARD, "light");
        ask("light 1", Priority.STANDARD, "light");
        end("first");
        for (int i = 1; i < 6; i++) {
            end(went.getLast());
        }
        assertThat(went.subList(1, 6)).contains("light 0", "light 1");
    }

    @Test
    void requestThatWaitsTooLongIsToldWhenToTryAgain() {
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        pool().endpoint(0).inFlight().place(time.nanos(), 1_000 * SECOND, 1);
        ask("second", Priority.STANDARD, "a");
        time.pass(Duration.ofSeconds(59));
        assertThat(refused).isEmpty();
        time.pass(Duration.ofSeconds(1));
        assertThat(refused).containsExactly(Map.entry("second", Outcome.QUEUE_TIMEOUT));
        assertThat(admission.waiting(POOL)).isZero();
    }

    @Test
    void aBacklogThatIsPredictedToBeDoneLetsTheNextGoThoughNothingIsHeard() {
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        ask("second", Priority.STANDARD, "a");
        time.pass(Duration.ofMillis(400));
        assertThat(went).containsExactly("first");
        time.pass(Duration.ofMillis(100));
        assertThat(went).containsExactly("first", "second");
    }

    @Test
    void aHighPriorityEvictsTheLastOfTheLowestWhereTooManyWait() {
        settings = limited(new Limits(2, 1_000));
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        ask("low 1", LOW, "a");
        time.pass(Duration.ofNanos(1));
        ask("low 2", LOW, "a");
        assertThat(ask("low 3", LOW, "a")).isInstanceOf(Admission.Denied.class);
        ask("high", HIGH, "a");
        assertThat(refused)
                .containsOnly(Map.entry("low 3", Outcome.QUEUE_FULL), Map.entry("low 2", Outcome.QUEUE_EVICTED));
        assertThat(admission.waiting(POOL)).isEqualTo(2);
    }

    private static AdmissionSettings limited(Limits total) {
        AdmissionSettings usual = AdmissionSettings.DEFAULT;
        return new AdmissionSettings(
                true,
                usual.queueing(),
                usual.headroom(),
                new AdmissionSettings.Patience(usual.patience().saturated(), Duration.ofSeconds(30)),
                new AdmissionSettings.QueueLimits(
                        total, usual.limits().each(), usual.limits().sheddable()));
    }

    @Test
    void queuedRequestIsRefusedWhenThePickerEnds() {
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        ask("second", Priority.STANDARD, "a");
        ask("third", LOW, "b");
        admission.close();
        assertThat(refused).isEqualTo(Map.of("second", Outcome.SHUTTING_DOWN, "third", Outcome.SHUTTING_DOWN));
        assertThat(admission.waiting(POOL)).isZero();
        ask("fourth", Priority.STANDARD, "a");
        assertThat(refused).containsEntry("fourth", Outcome.SHUTTING_DOWN);
    }

    @Test
    void requestThatArrivesWhileThePickerEndsIsRefusedToo() {
        AtomicReference<AdmissionControl> ending = new AtomicReference<>();
        ending.set(new AdmissionControl(
                pools,
                new Execution(time, time, Runnable::run),
                new AdmissionWatch() {
                    @Override
                    public void opened(PoolId pool, IntSupplier waiting) {
                        ending.get().close();
                    }

                    @Override
                    public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {}
                },
                Long.MAX_VALUE,
                new RateBook()));
        endpoints(0);
        List<Admission> answers = new ArrayList<>();
        ending.get().enqueue(pool(), TestRequests.request(Priority.STANDARD, "a", 100), answers::add);
        assertThat(answers).containsExactly(QueueDenials.CLOSED);
        assertThat(ending.get().waiting(POOL)).isZero();
    }

    @Test
    void theBodiesOfAllPoolsTogetherAreBounded() {
        AdmissionControl tight = new AdmissionControl(
                pools, new Execution(time, time, Runnable::run), AdmissionWatch.NOBODY, 250, new RateBook());
        endpoints(1);
        AdmissionRequest request = TestRequests.request(Priority.STANDARD, "a", 100);
        pool().endpoint(0).inFlight().place(time.nanos(), 10 * SECOND, 1_000);
        Admission first = tight.enqueue(pool(), request, _ -> {});
        assertThat(tight.enqueue(pool(), request, _ -> {})).isInstanceOf(Admission.Enqueued.class);
        assertThat(tight.enqueue(pool(), request, _ -> {}))
                .isInstanceOfSatisfying(
                        Admission.Denied.class, no -> assertThat(no.outcome()).isEqualTo(Outcome.QUEUE_FULL));
        ((Admission.Enqueued) first).entry().cancel();
        assertThat(tight.enqueue(pool(), request, _ -> {})).isInstanceOf(Admission.Enqueued.class);
    }

    @Test
    void aClientThatGoesAwayLeavesTheQueue() {
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        Admission waiting = ask("second", Priority.STANDARD, "a");
        assertThat(waiting).isInstanceOf(Admission.Enqueued.class);
        ((Admission.Enqueued) waiting).entry().cancel();
        end("first");
        assertThat(went).containsExactly("first");
        assertThat(ends).containsEntry("gone", 1);
    }

    @Test
    void requestForAnEmptyPoolWaitsForItsFirstEndpoint() {
        settings = limited(AdmissionSettings.DEFAULT.limits().total());
        endpoints(0);
        ask("first", Priority.STANDARD, "a");
        assertThat(admission.waiting(POOL)).isEqualTo(1);
        endpoints(1);
        assertThat(went).as("the proxy does not know the endpoint yet").isEmpty();
        time.pass(FirstEndpoint.LAG);
        assertThat(went).containsExactly("first");
    }

    @Test
    void anEmptyPoolThatStaysEmptyIsUnavailable() {
        endpoints(0);
        ask("first", Priority.STANDARD, "a");
        time.pass(AdmissionSettings.DEFAULT.patience().empty());
        assertThat(refused).containsExactly(Map.entry("first", Outcome.NO_ENDPOINTS));
    }

    @Test
    void oneFreeEndpointOfAMixedPoolIsCapacity() {
        endpoints(3);
        pool().endpoint(0).inFlight().place(time.nanos(), 100 * SECOND, 1_000);
        pool().endpoint(1).inFlight().place(time.nanos(), 100 * SECOND, 1_000);
        pool().endpoint(2).inFlight().place(time.nanos(), SECOND / 4, 1_000);
        assertThat(ask("first", Priority.STANDARD, "a")).isInstanceOf(AdmissionPermit.class);
    }

    /// More than sheddable requests may find before them, and less than others may.
    private void almostFill(int endpoint) {
        pool().endpoint(endpoint).inFlight().place(time.nanos(), SECOND * 48 / 100, 1_000);
    }

    @Test
    void sheddableRequestsLeaveHeadroomToOthers() {
        endpoints(1);
        ask("first", Priority.STANDARD, "a");
        end("first");
        almostFill(0);
        assertThat(ask("low", LOW, "a")).isInstanceOf(Admission.Enqueued.class);
        assertThat(admission.waiting(POOL)).isEqualTo(1);
    }

    @Test
    void headroomIsKeptForAMinuteAfterTheLastRequestThatNeedsIt() {
        endpoints(1);
        almostFill(0);
        assertThat(ask("alone", LOW, "a")).isInstanceOf(AdmissionPermit.class);
        end("alone");
        ask("first", Priority.STANDARD, "a");
        end("first");
        time.pass(Duration.ofMinutes(1));
        almostFill(0);
        assertThat(ask("low", LOW, "a")).isInstanceOf(AdmissionPermit.class);
    }

    @Test
    void sheddableRequestsGoWhereTheyLeaveHeadroom() {
        endpoints(2);
        ask("first", Priority.STANDARD, "a");
        end("first");
        almostFill(1);
        AdmissionPermit low = (AdmissionPermit) ask("low", LOW, "a");
        end("low");
        CapacityCheck capacity = Objects.requireNonNull(low.capacity());
        assertThat(capacity.hasCapacityAt(pool().endpoint(0), time.nanos())).isTrue();
        assertThat(capacity.hasCapacityAt(pool().endpoint(1), time.nanos())).isFalse();
        assertThat(((AdmissionPermit) ask("high", HIGH, "a")).capacity()).isNull();
    }

    @Test
    void anEngineWithoutKvCacheLeftIsFullUntilItSaysOtherwise() {
        endpoints(1);
        Endpoint endpoint = pool().endpoint(0);
        endpoint.inFlight().place(time.nanos(), 0, 1_000);
        endpoint.report(new Signals(0, 1, new KvCache(0.99, 10_000), Adapters.NONE, 1, time.nanos()));
        assertThat(ask("first", Priority.STANDARD, "a")).isInstanceOf(Admission.Enqueued.class);
        endpoint.report(new Signals(0, 1, new KvCache(0.5, 10_000), Adapters.NONE, 1, time.nanos()));
        admission.changed(POOL);
        assertThat(went).containsExactly("first");
    }
}
