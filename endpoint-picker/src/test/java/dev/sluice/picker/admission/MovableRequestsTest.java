package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests of a full pool that another pool could serve leave for it, whatever waits before them.
class MovableRequestsTest {
    private static final PoolId POOL = new PoolId("ml", "pool");

    private final VirtualTime time = new VirtualTime();
    private final Pools pools = new Pools(_ -> {});
    private final AdmissionControl admission = new AdmissionControl(
            pools, new Execution(time, time, Runnable::run), AdmissionWatch.NOBODY, Long.MAX_VALUE, new RateBook());
    private final List<String> moved = new ArrayList<>();
    /// The pools beside the full one that have capacity for one request more.
    private final Set<String> free = new HashSet<>();

    @BeforeEach
    void saturate() {
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT,
                List.of(new EndpointSpec(new EndpointId("pod", "10.0.0.1", 8000), Hardware.UNKNOWN, Engine.VLLM)))));
        pool().endpoint(0).inFlight().place(time.nanos(), Duration.ofHours(1).toNanos(), 1_000);
    }

    private PoolSnapshot pool() {
        return Objects.requireNonNull(pools.find(POOL));
    }

    /// @param other the pool that could serve the request too; null for none
    private Admission.Enqueued ask(String name, Priority priority, @Nullable String other) {
        BooleanSupplier elsewhere = other == null ? null : () -> free.contains(other);
        AdmissionRequest request = new AdmissionRequest(
                new Precedence(priority, Preempts.NOBODY),
                new TenantShare("a", 1),
                100,
                Long.MAX_VALUE,
                Reuse.NONE,
                elsewhere);
        Admission answer = admission.enqueue(pool(), request, later -> {
            assertThat(later).isInstanceOf(Admission.Elsewhere.class);
            moved.add(name);
            free.remove(other);
        });
        assertThat(answer).isInstanceOf(Admission.Enqueued.class);
        return (Admission.Enqueued) answer;
    }

    private void free(String other) {
        free.add(other);
        admission.changed(POOL);
    }

    @Test
    void requestBehindOneThatMustStayLeaves() {
        ask("stays", new Priority(10), null);
        ask("stays too", Priority.STANDARD, null);
        ask("leaves", Priority.STANDARD, "b");
        free("b");
        assertThat(moved).containsExactly("leaves");
        assertThat(admission.waiting(POOL)).isEqualTo(2);
    }

    @Test
    void highestPriorityLeavesFirstThenTheEarliest() {
        ask("stays", new Priority(10), null);
        ask("early", Priority.STANDARD, "b");
        ask("late", Priority.STANDARD, "b");
        ask("high", new Priority(5), "b");
        free("b");
        free("b");
        free("b");
        assertThat(moved).containsExactly("high", "early", "late");
    }

    @Test
    void noRequestIsForgottenHoweverManyFindTheirOtherPoolFull() {
        ask("stays", new Priority(10), null);
        for (int i = 0; i < 10 * MovableRequests.LOOKS; i++) {
            ask("full " + i, new Priority(1), "full");
        }
        ask("last", Priority.STANDARD, "b");
        free("b");
        time.pass(Duration.ofSeconds(1));
        assertThat(moved).containsExactly("last");
    }

    @Test
    void requestThatWasCancelledIsNotAsked() {
        ask("stays", new Priority(10), null);
        Admission.Enqueued cancelled = ask("cancelled", Priority.STANDARD, "b");
        ask("leaves", Priority.STANDARD, "b");
        cancelled.entry().cancel();
        free("b");
        assertThat(moved).containsExactly("leaves");
    }
}
