package dev.sluice.picker.admission;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.process.Supervisor;
import java.time.Duration;

/// Tells the requests that leave a queue what becomes of them, and counts them. Nothing else tells them: whatever fails
/// on the way, each is told.
final class Departures {
    private final PoolId pool;
    private final QueueContext with;
    private final Supervisor supervisor;

    /// @param pool whose queue it is
    Departures(PoolId pool, QueueContext with, Supervisor supervisor) {
        this.pool = pool;
        this.with = with;
        this.supervisor = supervisor;
    }

    /// Tells one request; its fault must not stop the dispatch of others.
    void tell(QueueEntry entry, Admission admission) {
        supervisor.run(Dispatch.LOOP, () -> entry.complete(admission));
    }

    /// The same on another thread, for callers that may hold what the request needs.
    void tellOnOtherThread(QueueEntry entry, Admission admission) {
        onOtherThread(() -> tell(entry, admission));
    }

    /// Runs the task on the timer's thread where the executor has none, and on this thread where the timer fails too.
    void onOtherThread(Runnable task) {
        Execution execution = with.execution();
        if (!supervisor.run(Dispatch.LOOP, () -> execution.executor().execute(task))
                && !supervisor.run(Dispatch.LOOP, () -> execution.timer().after(Duration.ZERO, task))) {
            task.run();
        }
    }

    /// Counts a request that leaves now.
    void count(QueueEntry entry, String how) {
        supervisor.run(Dispatch.LOOP, () -> {
            long waited = with.execution().ticker().nanos() - entry.sinceNanos;
            with.watch().ended(pool, entry.priority(), how, waited);
        });
    }

    void count(AdmissionRequest request, String how, long waitedNanos) {
        supervisor.run(
                Dispatch.LOOP,
                () -> with.watch().ended(pool, request.precedence().priority(), how, waitedNanos));
    }
}
