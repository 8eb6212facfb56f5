package dev.sluice.picker.telemetry;

import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Values of a label whose number is bounded though clients or resources choose them: beyond the bound all are `other`.
///
/// A value has a place once it is admitted. When there is no place left, the value that was not used for longest gives
/// its place up, if that is an hour or more; for a published value any other does. Example: of 1,000 places 999 belong
/// to names that clients invented and an engine answered to all the same, one to a published model; the next published
/// model takes the place of the invented name that is out of use for longest.
final class Labels {
    static final String OTHER = "other";
    /// Longer values would make each line of a page as long. Two names that resources allow fit.
    static final int LONGEST = 520;

    static final Duration KEPT = Duration.ofHours(1);
    /// Uses are noted this often: threads that use the same value write to the same memory.
    private static final long NOTED_EACH = Duration.ofSeconds(1).toNanos();

    private final int limit;
    private final Clock clock;
    private final Consumer<String> forgotten;
    private final Map<String, Use> known = new ConcurrentHashMap<>();
    private volatile Set<String> published = Set.of();
    /// That no value could leave, so that not each newcomer looks through all.
    private volatile @Nullable Full full;

    /// @param forAll whether not even a published value finds a place
    private record Full(long untilNanos, boolean forAll) {
        boolean holds(boolean entitled, long now) {
            return untilNanos - now > 0 && (forAll || !entitled);
        }
    }

    private static final class Use {
        private volatile long atNanos;

        Use(long atNanos) {
            this.atNanos = atNanos;
        }

        void note(long now) {
            if (now - atNanos > NOTED_EACH) {
                atNanos = now;
            }
        }
    }

    /// @param forgotten told of a value that has given up its place, so that its series go, too
    Labels(int limit, Clock clock, Consumer<String> forgotten) {
        this.limit = limit;
        this.clock = clock;
        this.forgotten = forgotten;
    }

    /// The values that have a right to a place as soon as they are used.
    void publish(Set<String> values) {
        published = Set.copyOf(values);
    }

    /// The label of a value: itself where it has a place or is published.
    String of(String value) {
        Use use = known.get(value);
        if (use != null) {
            use.note(clock.monotonicTime());
            return value;
        }
        return value.isEmpty() || published.contains(value) ? admit(value) : OTHER;
    }

    /// The label of a value that turned out to be real, which is itself from now on if there is room.
    String admit(String value) {
        if (value.isEmpty()) {
            return value;
        }
        long now = clock.monotonicTime();
        Use use = known.get(value);
        if (use != null) {
            use.note(now);
            return value;
        }
        boolean entitled = published.contains(value);
        Full last = full;
        if ((!entitled && value.length() > LONGEST) || (last != null && last.holds(entitled, now))) {
            return OTHER;
        }
        return enter(value, entitled, now);
    }

    private synchronized String enter(String value, boolean entitled, long now) {
        if (known.size() >= limit && !known.containsKey(value)) {
            String leaving = leaving(entitled, now);
            if (leaving == null) {
                full = new Full(now + NOTED_EACH, entitled);
                return OTHER;
            }
            known.remove(leaving);
            forgotten.accept(leaving);
        }
        known.computeIfAbsent(value, _ -> new Use(now));
        return value;
    }

    /// The value that was not used for longest, among the values that may be dropped.
    private @Nullable String leaving(boolean forPublished, long now) {
        String leaving = null;
        long longest = -1;
        for (Map.Entry<String, Use> each : known.entrySet()) {
            long unused = Math.max(0, now - each.getValue().atNanos);
            boolean may = unused >= KEPT.toNanos() || (forPublished && !published.contains(each.getKey()));
            if (may && unused > longest) {
                leaving = each.getKey();
                longest = unused;
            }
        }
        return leaving;
    }
}
