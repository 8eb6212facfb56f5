package dev.sluice.picker.admission;

import dev.sluice.picker.admission.capacity.Saturation;
import dev.sluice.process.Supervisor;
import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The queued requests of one pool that other pools could serve too. They leave as soon as another pool has capacity,
/// whatever waits before them here. Needs the queue's lock.
final class MovableRequests {
    /// The number of requests that one look at the queue asks; the next look goes on after them.
    static final int LOOKS = 64;

    private static final long MORE_NANOS = Duration.ofMillis(10).toNanos();

    private static final Comparator<QueueEntry> HIGHEST_FIRST = Comparator.comparing(
                    QueueEntry::priority, Comparator.reverseOrder())
            .thenComparingLong(QueueEntry::number);

    private final Supervisor supervisor;
    /// As many as wait in the queues of all pools.
    private final AtomicInteger everywhere;
    private final NavigableSet<QueueEntry> entries = new TreeSet<>(HIGHEST_FIRST);
    /// The request that was asked last, where others remain to be asked.
    private @Nullable QueueEntry last;

    MovableRequests(Supervisor supervisor, AtomicInteger everywhere) {
        this.supervisor = supervisor;
        this.everywhere = everywhere;
    }

    /// A request is queued.
    void add(QueueEntry entry) {
        if (entry.request.elsewhere() != null && entries.add(entry)) {
            everywhere.incrementAndGet();
        }
    }

    /// A request has left the queue.
    void remove(QueueEntry entry) {
        if (entry.request.elsewhere() != null && entries.remove(entry)) {
            everywhere.decrementAndGet();
        }
    }

    /// A request that another pool has capacity for, or null where there is none among the requests asked.
    ///
    /// @param next the next request of the queue, which is asked first
    @Nullable
    QueueEntry find(QueueEntry next) {
        if (entries.isEmpty()) {
            return null;
        }
        if (isMovable(next)) {
            return next;
        }
        int asked = 0;
        for (QueueEntry each : after(last)) {
            if (asked++ == LOOKS) {
                return null;
            }
            last = each;
            if (!each.equals(next) && isMovable(each)) {
                last = null;
                return each;
            }
        }
        last = null;
        return null;
    }

    /// The time until the requests are asked that [#find] did not come to; [Saturation#UNKNOWN] where it came to all.
    long untilNext() {
        return last == null ? Saturation.UNKNOWN : MORE_NANOS;
    }

    private NavigableSet<QueueEntry> after(@Nullable QueueEntry entry) {
        return entry == null ? entries : entries.tailSet(entry, false);
    }

    private boolean isMovable(QueueEntry entry) {
        return supervisor.or(false, Dispatch.LOOP, entry.request::isMovable);
    }
}
