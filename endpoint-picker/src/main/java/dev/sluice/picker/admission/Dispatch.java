package dev.sluice.picker.admission;

import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The loop that looks at a queue when it is called: on one thread at a time, and once more for the calls
/// that come meanwhile. Calls beyond [WakeLimit] are answered together a little later.
///
/// A fault leaves no call unanswered: otherwise no later call would be answered either.
final class Dispatch {
    /// Delays a look by this at most, where many are called for.
    private static final Duration EACH = Duration.ofMillis(1);
    private static final int BURST = 64;

    /// The loop's name as faults are counted.
    static final String LOOP = "admission";

    private final Execution execution;
    private final Supervisor supervisor;
    private final List<Runnable> steps;
    private final Runnable afterFault;
    private final WakeLimit limit;
    /// A call waits for the limit.
    private final AtomicBoolean deferred = new AtomicBoolean();
    /// Calls that have not been answered.
    private final AtomicInteger calls = new AtomicInteger();

    /// @param steps what each look consists of; a fault of one step keeps no other from running
    /// @param afterFault has the queue looked at again, because it may be that nothing else does
    Dispatch(Execution execution, Supervisor supervisor, List<Runnable> steps, Runnable afterFault) {
        this.execution = execution;
        this.supervisor = supervisor;
        this.steps = List.copyOf(steps);
        this.afterFault = afterFault;
        this.limit = new WakeLimit(execution.ticker(), EACH, BURST);
    }

    void call() {
        long wait = supervisor.or(0L, LOOP, limit::take);
        if (wait == 0) {
            answerSoon();
        } else if (deferred.compareAndSet(false, true)
                && !supervisor.run(LOOP, () -> execution.timer().after(Duration.ofNanos(wait), this::callDeferred))) {
            callDeferred();
        }
    }

    private void callDeferred() {
        deferred.set(false);
        answerSoon();
    }

    private void answerSoon() {
        if (calls.getAndIncrement() == 0
                && !supervisor.run(LOOP, () -> execution.executor().execute(this::answer))) {
            calls.set(0);
            supervisor.run(LOOP, afterFault);
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
