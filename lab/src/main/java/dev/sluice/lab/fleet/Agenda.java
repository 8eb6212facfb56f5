package dev.sluice.lab.fleet;

import java.util.Comparator;
import java.util.PriorityQueue;

/// Virtual time: what is to happen, in its order; what is due at the same moment happens in the order it was entered.
public final class Agenda {
    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
    private long now;
    private long entered;

    private record Entry(long at, long order, Runnable action) {}

    /// Nanoseconds since the run began.
    public long now() {
        return now;
    }

    /// Enters what is to happen at a moment that is not past.
    public void at(long nanos, Runnable action) {
        if (nanos < now) {
            throw new IllegalArgumentException(nanos + " ns is past, it is " + now + " ns");
        }
        entries.add(new Entry(nanos, entered++, action));
    }

    /// Lets time pass until the next entry and performs it.
    ///
    /// @return whether there was one
    public boolean advance() {
        Entry next = entries.poll();
        if (next == null) {
            return false;
        }
        now = next.at();
        next.action().run();
        return true;
    }
}
