package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The queue drains although what it works with fails once, and although nothing else has it looked at again.
class FaultyCollaboratorsTest {
    private static final PoolId POOL = new PoolId("ml", "pool");
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final Duration RETRIED = Duration.ofMillis(100);

    private final VirtualTime time = new VirtualTime();
    private final Pools pools = new Pools(_ -> {});
    private final List<String> faults = new ArrayList<>();
    private final List<String> went = new ArrayList<>();
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(this::nanos, this::after, this::execute),
            new AdmissionWatch() {
                @Override
                public void opened(PoolId pool, IntSupplier waiting) {}

                @Override
                public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {
                    failAs("watch");
                }

                @Override
                public void faulted(String loop) {
                    faults.add(loop);
                }
            },
            Long.MAX_VALUE,
            new RateBook());
    private String failing = "";

    @BeforeEach
    void saturate() {
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT,
                List.of(new EndpointSpec(new EndpointId("pod", "10.0.0.1", 8000), Hardware.UNKNOWN, Engine.VLLM)))));
        work().place(time.nanos(), MINUTE, 1_000);
    }

    private long nanos() {
        failAs("ticker");
        return time.nanos();
    }

    private Timer.Pending after(Duration delay, Runnable action) {
        failAs("timer");
        return time.after(delay, action);
    }

    /// As a thread of its own would: what fails there is nobody's to catch.
    private void execute(Runnable task) {
        if (failing.equals("executor")) {
            failing = "";
            throw new RejectedExecutionException("once");
        }
        try {
            task.run();
        } catch (RuntimeException lost) {
            faults.add("thread");
        }
    }

    /// Once.
    private void failAs(String collaborator) {
        if (failing.equals(collaborator)) {
            failing = "";
            throw new IllegalStateException("once");
        }
    }

    private PoolSnapshot pool() {
        return Objects.requireNonNull(pools.find(POOL));
    }

    private InFlight work() {
        return pool().endpoint(0).inFlight();
    }

    private void waits(String name, @Nullable BooleanSupplier elsewhere) {
        Reuse reuse = _ -> {
            failAs("reuse");
            return 0;
        };
        AdmissionRequest request = TestRequests.request(reuse, elsewhere);
        Admission answer = admission.enqueue(pool(), request, callback -> {
            assertThat(callback).isInstanceOf(AdmissionPermit.class);
            went.add(name);
            failAs("told");
        });
        assertThat(answer).isInstanceOf(Admission.Enqueued.class);
    }

    private void free() {
        work().withdraw(time.nanos(), MINUTE);
        work().release(1_000);
        admission.changed(POOL);
    }

    private void drainsAfterAFaultOf(String collaborator) {
        waits("first", null);
        waits("second", null);
        failing = collaborator;
        free();
        time.pass(RETRIED);
        assertThat(failing).as("it has failed").isEmpty();
        assertThat(went).containsExactly("first", "second");
        assertThat(faults).containsExactly("admission");
    }

    @Test
    void theClock() {
        drainsAfterAFaultOf("ticker");
    }

    @Test
    void theMeters() {
        drainsAfterAFaultOf("watch");
    }

    @Test
    void theLookUpOfPrompts() {
        drainsAfterAFaultOf("reuse");
    }

    @Test
    void aRequestThatCannotGoOn() {
        drainsAfterAFaultOf("told");
    }

    @Test
    void theExecutor() {
        waits("first", null);
        failing = "executor";
        free();
        assertThat(went).isEmpty();
        admission.changed(POOL);
        assertThat(went).containsExactly("first");
        assertThat(faults).containsExactly("admission");
    }

    /// A request that waits for longer than it may is told so, for nothing else tells it.
    private void isToldOfItsEndInSpiteOf(String collaborator) {
        List<Admission> told = new ArrayList<>();
        work().place(time.nanos(), 10 * MINUTE, 1_000);
        assertThat(admission.enqueue(pool(), TestRequests.request(Reuse.NONE, null), told::add))
                .isInstanceOf(Admission.Enqueued.class);
        failing = collaborator;
        time.pass(PoolSettings.DEFAULT.admission().patience().saturated());
        assertThat(failing).as("it has failed").isEmpty();
        assertThat(told).singleElement().isInstanceOf(Admission.Denied.class);
        assertThat(admission.waiting(POOL)).isZero();
        assertThat(faults).containsExactly("admission");
    }

    @Test
    void theClockAtTheEndOfAWait() {
        isToldOfItsEndInSpiteOf("ticker");
    }

    @Test
    void theMetersAtTheEndOfAWait() {
        isToldOfItsEndInSpiteOf("watch");
    }

    @Test
    void theExecutorAtTheEndOfAWait() {
        isToldOfItsEndInSpiteOf("executor");
    }

    @Test
    void theTimerThatWouldEndAWait() {
        failing = "timer";
        assertThatThrownBy(() -> admission.enqueue(pool(), TestRequests.request(Reuse.NONE, null), _ -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(failing).as("it has failed").isEmpty();
        assertThat(AdmissionCounters.of(admission, List.of(POOL)).values()).containsOnly(0L);
        waits("next", null);
        free();
        assertThat(went).containsExactly("next");
    }

    @Test
    void theLookAtOtherPools() {
        waits("first", () -> {
            failAs("elsewhere");
            return false;
        });
        failing = "elsewhere";
        admission.changed(POOL);
        assertThat(failing).as("it has failed").isEmpty();
        free();
        assertThat(went).containsExactly("first");
        assertThat(faults).containsExactly("admission");
    }
}
