package dev.sluice.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the steps of loops, so that an exception of one step ends neither its loop nor the steps after it.
///
/// Each fault is counted. It is logged once per cause, because a loop comes back to what fails a hundred times a
/// second. An [Error] is survived as an exception is: a stack that overflows at one odd input, or a class that is
/// missing from a rare path, is no reason to read no engine any more. Any thread may call.
public final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /// Causes that are remembered: when there are more, because messages name something new each time, all of them are
    /// forgotten and logged again.
    private static final int MOST_CAUSES = 256;

    private final Consumer<String> faults;
    private final Set<Cause> logged = ConcurrentHashMap.newKeySet();

    private record Cause(
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

    /// The result of a step, or `otherwise` where it has a fault.
    public <T> T or(T otherwise, String loop, Supplier<T> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error fault) {
            report(loop, fault);
            return otherwise;
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
        if (logged.add(new Cause(loop, fault.getClass(), fault.getMessage()))) {
            LOG.atError()
                    .setCause(fault)
                    .addKeyValue("loop", loop)
                    .log("A step of a loop failed and the loop goes on: the same fault is only counted from now on");
        }
    }
}
