package dev.sluice.picker.extproc;

import dev.sluice.picker.telemetry.Meters;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the picker's own faults in work that a request can do without. A fault is logged once for each place in
/// the code, so that no client can fill the log.
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    /// Faults are few kinds, or something is badly wrong; then some are not logged.
    private static final int MOST_CAUSES = 1_000;

    private final Meters meters;
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    Faults(Meters meters) {
        this.meters = meters;
    }

    /// Runs one step of a request's end. Whatever it throws is counted, and keeps no other step from being done.
    void survive(Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            atEnd(fault);
        }
    }

    /// The result of a step of a request's end, or `otherwise` where it has a fault.
    long or(long otherwise, LongSupplier step) {
        try {
            return step.getAsLong();
        } catch (Throwable fault) {
            atEnd(fault);
            return otherwise;
        }
    }

    private void atEnd(Throwable fault) {
        count(meters::endFault);
        log(fault, "Fault at a request's end; what it held is released");
    }

    /// A response goes on unchanged in spite of the fault.
    void inResponse(Throwable fault) {
        count(meters::responseFault);
        log(fault, "Fault in response processing; the response goes on unchanged");
    }

    /// A request cannot go on because of the fault, and is refused.
    void inRequest(Throwable fault) {
        log(fault, "Fault in request processing; the request ends with outcome internal");
    }

    /// A fault that cannot be counted is survived all the same.
    private static void count(Runnable meter) {
        try {
            meter.run();
        } catch (RuntimeException | Error uncounted) {
            LOG.atDebug().setCause(uncounted).log("A fault is not counted");
        }
    }

    private void log(Throwable fault, String what) {
        if (isNew(fault)) {
            LOG.atError().setCause(fault).log("{}; others from the same place are only counted", what);
        }
    }

    /// The fault is the first that comes from its place.
    boolean isNew(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        String cause = fault.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        return logged.size() < MOST_CAUSES && logged.add(cause);
    }
}
