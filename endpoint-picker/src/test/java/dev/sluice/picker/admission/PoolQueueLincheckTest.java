package dev.sluice.picker.admission;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.Linearizability;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What threads see of queued requests is what they could see if requests came and left one after the other.
@Tag("lincheck")
class PoolQueueLincheckTest {
    private static final int BYTES = 100;

    @Test
    void theQueueIsAsIfOneAfterTheOtherCame() {
        Linearizability.stress(Queues.class);
    }

    /// A pool without endpoints, at which two may wait.
    @Param(name = "priority", gen = IntGen.class, conf = "0:2")
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class Queues {
        private static final PoolId POOL = new PoolId("ml", "pool");
        private static final Limits LIMITS = new Limits(2, 1_000);

        private final Pools pools = new Pools(_ -> {});
        private final AdmissionControl admission;
        private final PoolSnapshot pool;
        private final List<List<QueueEntry>> ofThread = IntStream.range(0, 8)
                .<List<QueueEntry>>mapToObj(_ -> new ArrayList<>())
                .toList();

        public Queues() {
            Duration minute = Duration.ofMinutes(1);
            AdmissionSettings settings =
                    Fixtures.admission(0, minute, new AdmissionSettings.QueueLimits(LIMITS, LIMITS, LIMITS));
            pools.replaceAll(
                    List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT.withAdmission(settings), List.of())));
            pool = Objects.requireNonNull(pools.find(POOL));
            admission = new AdmissionControl(
                    pools,
                    new Execution(() -> 0, (_, _) -> () -> {}, Runnable::run),
                    AdmissionWatch.NOBODY,
                    Long.MAX_VALUE,
                    new RateBook());
        }

        @Operation
        public boolean ask(@Param(name = "thread") int thread, @Param(name = "priority") int priority) {
            AdmissionRequest request = TestRequests.request(new Priority(priority), "t" + thread, BYTES);
            if (admission.enqueue(pool, request, _ -> {}) instanceof Admission.Enqueued(QueueEntry entry)) {
                ofThread.get(thread).add(entry);
                return true;
            }
            return false;
        }

        @Operation
        public void cancel(@Param(name = "thread") int thread) {
            if (!ofThread.get(thread).isEmpty()) {
                ofThread.get(thread).removeLast().cancel();
            }
        }

        @Operation
        public int waiting() {
            return admission.waiting(POOL);
        }
    }
}
