package dev.sluice.picker.chaos;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The points at which a collaborator of requests is called: each call is counted, and one call may be told to fail.
///
/// Classes that [FaultyClasses] has loaded call it; it is one class for all loaders.
public final class FaultPoint {
    private static final Map<String, LongAdder> REACHED = new ConcurrentHashMap<>();
    private static volatile @Nullable Fault planned;

    /// A fault at one call among those of a collaborator.
    public static final class Fault {
        private final Predicate<String> points;
        private final int number;
        private final Throwable thrown;
        private final AtomicInteger calls = new AtomicInteger();
        private volatile @Nullable String where;

        /// @param number of the call that fails, from 1; 0 for none
        Fault(Predicate<String> points, int number, Throwable thrown) {
            this.points = points;
            this.number = number;
            this.thrown = thrown;
        }

        private void reached(String point) {
            if (points.test(point) && calls.incrementAndGet() == number) {
                where = point;
                sneak(thrown);
            }
        }

        /// The calls that were counted.
        int calls() {
            return calls.get();
        }

        /// The point that failed; null where that call was not reached.
        @Nullable
        String where() {
            return where;
        }
    }

    private FaultPoint() {}

    /// Called by the method that this names, before it does anything.
    public static void reached(String point) {
        REACHED.computeIfAbsent(point, _ -> new LongAdder()).increment();
        Fault fault = planned;
        if (fault != null) {
            fault.reached(point);
        }
    }

    /// How often a point was reached, since the start.
    public static long count(String point) {
        LongAdder count = REACHED.get(point);
        return count == null ? 0 : count.sum();
    }

    static void plan(@Nullable Fault fault) {
        planned = fault;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
