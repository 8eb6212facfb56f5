package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.admission.queue.HeldBytes;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.picker.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What holds of queued requests, in whatever order threads ask, cancel, free capacity and close.
class PoolQueueStressTest {
    private static final int TIMES = 3_000;
    private static final PoolId POOL = new PoolId("ml", "pool");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int BYTES = 100;
    private static final Timer NEVER = (_, _) -> () -> {};

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    /// A request, what it is answered, and what it is told later if it waits.
    private static final class Request {
        final String tenant;
        final Queue<Admission> callback = new ConcurrentLinkedQueue<>();
        volatile Admission answer = AdmissionPermit.UNCOUNTED;

        Request(String tenant) {
            this.tenant = tenant;
        }

        /// What became of it; a [Admission.Enqueued] if it still waits.
        Admission end() {
            verify(callback.size() <= (answer instanceof Admission.Enqueued ? 1 : 0), "each is told once");
            return callback.isEmpty() ? answer : callback.element();
        }

        boolean went() {
            return end() instanceof AdmissionPermit;
        }

        boolean waits() {
            return end() instanceof Admission.Enqueued;
        }
    }

    /// One picker with a pool of so many endpoints; each admitted request computes its prompt for a second.
    private static final class World {
        final Pools pools = new Pools(_ -> {});
        final AdmissionControl admission;
        final PoolSnapshot pool;

        World(int endpoints, int limit, long mostBytes) {
            pools.replaceAll(List.of(new Pools.PoolSpec(
                    POOL,
                    PoolSettings.DEFAULT.withAdmission(settings(limit)),
                    IntStream.range(0, endpoints)
                            .mapToObj(i -> new EndpointSpec(
                                    new EndpointId("pod-" + i, "10.0.0." + i, 8000), Hardware.UNKNOWN, Engine.VLLM))
                            .toList())));
            pool = Objects.requireNonNull(pools.find(POOL));
            admission = new AdmissionControl(
                    pools,
                    new Execution(() -> 0, NEVER, Runnable::run),
                    AdmissionWatch.NOBODY,
                    mostBytes,
                    new RateBook());
        }

        InFlight work() {
            return pool.endpoint(0).inFlight();
        }

        void run() {
            work().place(0, SECOND, 1);
        }

        /// One that runs ends.
        void end() {
            work().withdraw(0, SECOND);
            work().release(1);
            admission.changed(POOL);
        }

        void ask(Request request) {
            AdmissionPermit free = admission.admit(pool, Priority.STANDARD, new TenantShare(request.tenant, 1));
            Admission answer = free != null
                    ? free
                    : admission.enqueue(
                            pool, TestRequests.request(Priority.STANDARD, request.tenant, BYTES), callback -> {
                                request.callback.add(callback);
                                if (callback instanceof AdmissionPermit) {
                                    run();
                                }
                            });
            if (free != null) {
                run();
            }
            request.answer = answer;
        }

        void cancel(Request request) {
            if (request.answer instanceof Admission.Enqueued(QueueEntry entry)) {
                entry.cancel();
            }
        }
    }

    private static AdmissionSettings settings(int limit) {
        Limits limits = new Limits(limit, 1_000);
        return Fixtures.admission(0, Duration.ofMinutes(1), new AdmissionSettings.QueueLimits(limits, limits, limits));
    }

    private static void verify(boolean holds, String what) {
        assertThat(holds).as(what).isTrue();
    }

    private void repeat(Runnable story) {
        for (int time = 0; time < TIMES; time++) {
            story.run();
        }
    }

    /// What all threads do at once.
    private void together(Runnable... all) {
        CyclicBarrier start = new CyclicBarrier(all.length);
        List<Future<?>> ends = new ArrayList<>();
        for (Runnable each : all) {
            ends.add(threads.submit(() -> {
                start.await();
                each.run();
                return null;
            }));
        }
        for (Future<?> end : ends) {
            try {
                end.get(10, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException fault) {
                throw new AssertionError(fault);
            }
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void noRequestWaitsForCapacityThatIsThere() {
        repeat(() -> {
            World world = new World(1, 10, 1_000);
            world.run();
            Request one = new Request("a");
            Request other = new Request("b");
            together(() -> world.ask(one), () -> world.ask(other), world::end);
            int waiting = world.admission.waiting(POOL);
            // Two that find capacity at the same moment both run: that is looked up without a lock.
            int running = world.work().requests();
            verify(running >= 1 && running + waiting == 2, "nobody waits for room that is there");
            verify((one.went() ? 1 : 0) + (other.went() ? 1 : 0) == running, "who runs was told to go");
        });
    }

    @Test
    void cancelledRequestLeavesItsCapacityToTheNext() {
        repeat(() -> {
            World world = new World(1, 10, 1_000);
            world.run();
            Request gone = new Request("a");
            Request next = new Request("b");
            world.ask(gone);
            world.ask(next);
            together(() -> world.cancel(gone), world::end);
            // Either the first was gone when there was capacity, or it went and the next waits on.
            verify(next.went() != gone.went(), "one of them goes");
            verify(world.admission.waiting(POOL) == (next.went() ? 0 : 1), "the other waits, or is gone");
        });
    }

    @Test
    void neverMoreRequestsWaitThanTheLimit() {
        repeat(() -> {
            World world = new World(0, 1, 1_000);
            Request one = new Request("a");
            Request other = new Request("b");
            int[] seen = new int[1];
            together(() -> world.ask(one), () -> world.ask(other), () -> seen[0] = world.admission.waiting(POOL));
            verify(seen[0] <= 1, "never two wait");
            verify(world.admission.waiting(POOL) == 1, "one waits");
            verify(one.waits() != other.waits(), "the other is told that it does not");
        });
    }

    @Test
    void noRequestWaitsOnWhenThePickerEnds() {
        repeat(() -> {
            World world = new World(0, 10, 1_000);
            Request one = new Request("a");
            Request other = new Request("b");
            together(() -> world.ask(one), () -> world.ask(other), world.admission::close);
            verify(world.admission.waiting(POOL) == 0, "nobody waits");
            for (Request each : List.of(one, other)) {
                verify(each.end().equals(QueueDenials.CLOSED), "each is told why");
            }
        });
    }

    @Test
    void bytesAreReleasedOnceHoweverTheWaitEnds() {
        repeat(() -> {
            HeldBytes bytes = new HeldBytes(2 * BYTES);
            World world = new World(0, 10, 1_000);
            PoolQueue queue = new PoolQueue(
                    POOL,
                    () -> world.pool,
                    new QueueContext(
                            new Execution(() -> 0, NEVER, Runnable::run),
                            AdmissionWatch.NOBODY,
                            bytes,
                            new RateBook(),
                            new AtomicInteger()),
                    PoolQueue::call);
            AdmissionRequest request = TestRequests.request(Priority.STANDARD, "a", BYTES);
            Admission first = queue.enqueue(world.pool, request, 0, _ -> {});
            together(
                    () -> ((Admission.Enqueued) first).entry().cancel(),
                    queue::close,
                    () -> queue.enqueue(world.pool, request, 0, _ -> {}));
            verify(bytes.held() == (long) BYTES * queue.waiting(), "those are held that wait");
            queue.close();
            verify(bytes.held() == 0, "in the end none");
        });
    }
}
