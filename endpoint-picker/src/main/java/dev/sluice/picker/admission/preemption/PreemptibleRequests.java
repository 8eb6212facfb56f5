package dev.sluice.picker.admission.preemption;

import dev.sluice.picker.admission.preemption.Preemption.EndedRequest;
import dev.sluice.picker.admission.preemption.Preemption.Need;
import dev.sluice.picker.admission.preemption.Preemption.Site;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tracks the running and the recently ended sheddable requests of one pool, by endpoint. Other requests cost nothing
/// here, and endpoints without sheddable requests are not looked at.
public final class PreemptibleRequests {
    /// The time for which ended requests are remembered: engines are polled far more often.
    private static final long REMEMBERED_NANOS = Duration.ofSeconds(5).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Endpoint, EndpointRequests> endpoints = new LinkedHashMap<>();
    private final Deque<EndedRequest> left = new ArrayDeque<>();
    private long entered;
    private final AtomicInteger running = new AtomicInteger();

    public boolean isEmpty() {
        return running.get() == 0;
    }

    public void enter(PreemptibleRequest preemptible) {
        locked(() -> {
            preemptible.number = ++entered;
            at(preemptible.footprint.endpoint()).enter(preemptible);
            running.incrementAndGet();
        });
    }

    public void moved(PreemptibleRequest preemptible, Endpoint to) {
        locked(() -> {
            Endpoint from = preemptible.footprint.endpoint();
            EndpointRequests known = endpoints.get(from);
            if (known != null && !from.equals(to)) {
                known.move(preemptible, at(to));
                tidy(from, known);
            }
        });
    }

    public void started(PreemptibleRequest preemptible) {
        locked(() -> preemptible.started = true);
    }

    public void leave(PreemptibleRequest preemptible, long now) {
        locked(() -> {
            EndpointRequests known = endpoints.get(preemptible.footprint.endpoint());
            EndedRequest ended = new EndedRequest(preemptible.footprint, now);
            if (known != null && known.leave(preemptible, ended)) {
                left.addLast(ended);
                running.decrementAndGet();
            }
            forget(now);
        });
    }

    private EndpointRequests at(Endpoint endpoint) {
        return endpoints.computeIfAbsent(endpoint, EndpointRequests::new);
    }

    private void tidy(Endpoint endpoint, EndpointRequests known) {
        if (known.isEmpty()) {
            endpoints.remove(endpoint);
        }
    }

    private void forget(long now) {
        while (!left.isEmpty() && now - left.getFirst().atNanos() > REMEMBERED_NANOS) {
            EndedRequest oldest = left.removeFirst();
            Endpoint endpoint = oldest.footprint().endpoint();
            EndpointRequests known = endpoints.get(endpoint);
            if (known != null) {
                known.forget(oldest);
                tidy(endpoint, known);
            }
        }
    }

    /// An endpoint with capacity that ended requests have freed, or null.
    public @Nullable Endpoint cleared(Need need) {
        return locked(() -> {
            forget(need.nowNanos());
            if (left.isEmpty()) {
                return null;
            }
            for (EndpointRequests each : endpoints.values()) {
                if (each.hasEnded() && each.isCandidate()) {
                    Site site = each.settled();
                    if (Preemption.isCleared(site, need)) {
                        return site.endpoint();
                    }
                }
            }
            return null;
        });
    }

    /// Chooses the requests to preempt for one of this priority that finds no capacity. They count as leaving from now
    /// on; the caller must preempt them.
    public List<PreemptibleRequest> evict(Priority priority, Need need) {
        return locked(() -> {
            List<EndpointRequests> candidates = new ArrayList<>();
            for (EndpointRequests each : endpoints.values()) {
                if (each.isCandidate()) {
                    if (Preemption.isClearing(each.settled(), need)) {
                        return List.of();
                    }
                    candidates.add(each);
                }
            }
            List<PreemptibleRequest> victims = Preemption.fewest(
                    candidates.stream().map(each -> each.site(priority)).toList(), need);
            for (PreemptibleRequest victim : victims) {
                at(victim.footprint.endpoint()).evict(victim);
            }
            return victims;
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
