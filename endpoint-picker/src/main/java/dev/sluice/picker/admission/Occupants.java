package dev.sluice.picker.admission;

import dev.sluice.picker.admission.Preemption.Departure;
import dev.sluice.picker.admission.Preemption.Need;
import dev.sluice.picker.admission.Preemption.Site;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The sheddable requests that run on one pool and can be ended, and who left a short time ago. Others are not counted,
/// and so pay nothing.
final class Occupants {
    /// Engines are read far more often; what one has not said by then it does not say.
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(5).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Occupant> running = new LinkedHashSet<>();
    private final Deque<Departure> left = new ArrayDeque<>();

    void enter(Occupant occupant) {
        locked(() -> running.add(occupant));
    }

    void moved(Occupant occupant, Endpoint to) {
        locked(() -> occupant.stay = occupant.stay.at(to));
    }

    void started(Occupant occupant) {
        locked(() -> occupant.started = true);
    }

    void leave(Occupant occupant, long now) {
        locked(() -> {
            if (running.remove(occupant)) {
                left.add(new Departure(occupant.stay, now));
            }
            forget(now);
        });
    }

    private void forget(long now) {
        while (!left.isEmpty() && now - left.getFirst().atNanos() > REMEMBERED_NANOS) {
            left.removeFirst();
        }
    }

    /// Where room was made by those that have left.
    @Nullable
    Endpoint cleared(PoolSnapshot pool, Priority priority, Need need) {
        lock.lock();
        try {
            forget(need.nowNanos());
            return left.isEmpty() ? null : Preemption.cleared(sites(pool, priority), need);
        } finally {
            lock.unlock();
        }
    }

    /// Chooses who has to go for a request of this priority. They count as leaving from now on, and must be told.
    List<Occupant> evict(PoolSnapshot pool, Priority priority, Need need) {
        lock.lock();
        try {
            if (running.isEmpty()) {
                return List.of();
            }
            List<Occupant> victims = Preemption.victims(sites(pool, priority), need);
            victims.forEach(victim -> victim.leaving = true);
            return victims;
        } finally {
            lock.unlock();
        }
    }

    private Collection<Site> sites(PoolSnapshot pool, Priority priority) {
        Map<Endpoint, Site> sites = new LinkedHashMap<>();
        for (int position = 0; position < pool.size(); position++) {
            Endpoint endpoint = pool.endpoint(position);
            if (!endpoint.isFaulty()) {
                sites.put(endpoint, new Site(endpoint));
            }
        }
        for (Occupant each : running) {
            Site site = sites.get(each.stay.endpoint());
            if (site != null && each.leaving) {
                site.leaving().add(each);
            } else if (site != null && each.priority.compareTo(priority) < 0) {
                site.evictable().add(each);
            }
        }
        for (Departure each : left) {
            Site site = sites.get(each.stay().endpoint());
            if (site != null) {
                site.left().add(each);
            }
        }
        return sites.values();
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
