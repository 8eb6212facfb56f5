package dev.sluice.operator.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the steps of loops, so that a fault of one step ends neither its loop nor the steps after it.
///
/// Each fault is counted, and logged once per cause. An [Error] is survived as an exception is. Any thread may call.
public final class Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /// Causes that are remembered: when there are more, all of them are forgotten and logged again.
    private static final int MOST_CAUSES = 256;

    private final Consumer<String> faults;
    private final Set<LoopFault> logged = ConcurrentHashMap.newKeySet();

    private record LoopFault(
            String loop, Class<?> type, @Nullable String message) {}

    /// @param faults told at each fault which loop had it
    public Supervisor(Consumer<String> faults) {
        this.faults = faults;
    }

    /// @return whether the step had no fault
    public boolean run(String loop, Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException | Error fault) {
            report(loop, fault);
            return false;
        }
    }

    /// Runs the step for each thing: the fault of one keeps no other from its step.
    public <T> void each(String loop, Iterable<T> things, Consumer<? super T> step) {
        for (T thing : things) {
            run(loop, () -> step.accept(thing));
        }
    }

    /// A step of the loop had a fault, and the loop goes on. It does so even where the fault cannot be counted.
    public void report(String loop, Throwable fault) {
        try {
            faults.accept(loop);
        } catch (RuntimeException | Error uncounted) {
            LOG.atDebug().setCause(uncounted).addKeyValue("loop", loop).log("The fault of a loop is not counted");
        }
        if (logged.size() >= MOST_CAUSES) {
            logged.clear();
        }
        if (logged.add(new LoopFault(loop, fault.getClass(), fault.getMessage()))) {
            LOG.atError()
                    .setCause(fault)
                    .addKeyValue("loop", loop)
                    .log("A step of a loop failed and the loop goes on; what was in force before it stays. The same "
                            + "fault is only counted from now on");
        }
    }
}
