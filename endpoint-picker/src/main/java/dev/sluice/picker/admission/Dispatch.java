package dev.sluice.picker.admission;

import dev.sluice.picker.model.Supervisor;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Answers calls to look at a queue: on one thread at a time, and once more for the calls that come meanwhile.
///
/// A fault leaves no call unanswered, for otherwise nobody would be called any more.
final class Dispatch {
    /// As faults are counted.
    static final String LOOP = "admission";

    private final Executor executor;
    private final Supervisor supervisor;
    private final List<Runnable> steps;
    private final Runnable afterFault;
    /// Calls that have not been answered.
    private final AtomicInteger calls = new AtomicInteger();

    /// @param steps what each look consists of; a fault of one keeps none of the others from running
    /// @param afterFault has the queue looked at again, because it may be that nothing else does
    Dispatch(Executor executor, Supervisor supervisor, List<Runnable> steps, Runnable afterFault) {
        this.executor = executor;
        this.supervisor = supervisor;
        this.steps = List.copyOf(steps);
        this.afterFault = afterFault;
    }

    void call() {
        if (calls.getAndIncrement() == 0 && !supervisor.run(LOOP, () -> executor.execute(this::answer))) {
            calls.set(0);
        }
    }

    private void answer() {
        int answered = calls.get();
        do {
            boolean sound = true;
            for (Runnable step : steps) {
                sound &= supervisor.run(LOOP, step);
            }
            if (!sound) {
                supervisor.run(LOOP, afterFault);
            }
            answered = calls.addAndGet(-answered);
        } while (answered > 0);
    }
}
