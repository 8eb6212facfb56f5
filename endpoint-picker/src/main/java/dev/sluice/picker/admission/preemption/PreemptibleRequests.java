package dev.sluice.picker.admission.preemption;

import dev.sluice.picker.admission.preemption.Preemption.EndedRequest;
import dev.sluice.picker.admission.preemption.Preemption.Need;
import dev.sluice.picker.admission.preemption.Preemption.Site;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.Priority;
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

/// Tracks the running and the recently ended sheddable requests of one pool. Other requests cost nothing here.
public final class PreemptibleRequests {
    /// How long ended requests are remembered: engines are polled far more often.
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(5).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PreemptibleRequest> running = new LinkedHashSet<>();
    private final Deque<EndedRequest> left = new ArrayDeque<>();

    public void enter(PreemptibleRequest preemptible) {
        locked(() -> running.add(preemptible));
    }

    public void moved(PreemptibleRequest preemptible, Endpoint to) {
        locked(() -> preemptible.footprint = preemptible.footprint.at(to));
    }

    public void started(PreemptibleRequest preemptible) {
        locked(() -> preemptible.started = true);
    }

    public void leave(PreemptibleRequest preemptible, long now) {
        locked(() -> {
            if (running.remove(preemptible)) {
                left.add(new EndedRequest(preemptible.footprint, now));
            }
            forget(now);
        });
    }

    private void forget(long now) {
        while (!left.isEmpty() && now - left.getFirst().atNanos() > REMEMBERED_NANOS) {
            left.removeFirst();
        }
    }

    /// An endpoint with capacity that ended requests have freed, or null.
    public @Nullable Endpoint cleared(PoolSnapshot pool, Priority priority, Need need) {
        lock.lock();
        try {
            forget(need.nowNanos());
            return left.isEmpty() ? null : Preemption.cleared(sites(pool, priority), need);
        } finally {
            lock.unlock();
        }
    }

    /// Chooses the requests to preempt for one of this priority. They count as leaving from now on; the caller
    /// must preempt them.
    public List<PreemptibleRequest> evict(PoolSnapshot pool, Priority priority, Need need) {
        lock.lock();
        try {
            if (running.isEmpty()) {
                return List.of();
            }
            List<PreemptibleRequest> victims = Preemption.victims(sites(pool, priority), need);
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
        for (PreemptibleRequest each : running) {
            Site site = sites.get(each.footprint.endpoint());
            if (site != null && each.leaving) {
                site.leaving().add(each);
            } else if (site != null && each.priority().compareTo(priority) < 0) {
                site.evictable().add(each);
            }
        }
        for (EndedRequest each : left) {
            Site site = sites.get(each.footprint().endpoint());
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
