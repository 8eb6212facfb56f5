package dev.sluice.picker.admission;

import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A clock that moves when it is told to, by one thread at a time. Any thread may read it and set timers.
public final class VirtualTime implements Ticker, Timer {
    private final List<Due> pending = new CopyOnWriteArrayList<>();
    private volatile long now = 1_000_000_000;

    private record Due(long atNanos, Runnable action) {}

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Pending after(Duration delay, Runnable action) {
        Due due = new Due(now + delay.toNanos(), action);
        pending.add(due);
        return () -> pending.remove(due);
    }

    public int pending() {
        return pending.size();
    }

    public void pass(Duration time) {
        long until = now + time.toNanos();
        while (true) {
            Due next = pending.stream()
                    .filter(each -> each.atNanos() <= until)
                    .min(Comparator.comparingLong(Due::atNanos))
                    .orElse(null);
            if (next == null) {
                break;
            }
            pending.remove(next);
            now = Math.max(now, next.atNanos());
            next.action().run();
        }
        now = until;
    }
}
