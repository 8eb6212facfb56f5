package dev.sluice.picker.admission;

import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The order of a pool's queue: the highest priority first, then the tenant with the fewest tokens served, then
/// the earliest deadline. A request whose prompt an endpoint with capacity has cached may go somewhat earlier, as
/// in *Locality-aware Fair Scheduling in LLM Serving* (arXiv 2501.14312).
///
/// Not thread-safe.
final class FairQueue {
    /// D2LPM's quantum: a tenant may be served before another that has had this many prompt tokens less.
    static final long QUANTUM = 20_000;
    /// Limits of the search for a cached prompt: tenants, and requests of each.
    static final int TENANTS = 8;

    static final int REQUESTS = 16;
    /// How many requests may overtake the fair one.
    static final int MOST_PASSED = 32;

    private final TenantCounters account;
    private final NavigableMap<Priority, Band> bands = new TreeMap<>(Collections.reverseOrder());
    private int size;
    private long bytes;
    private long level;
    private long added;

    FairQueue(TenantCounters account) {
        this.account = account;
    }

    /// The queued requests of one priority.
    private static final class Band {
        final Map<String, Flow> flows = new LinkedHashMap<>();
        int size;
        long bytes;
    }

    /// The queued requests of one tenant and priority.
    static final class Flow {
        final NavigableSet<QueueEntry> entries = new TreeSet<>(QueueEntry.BY_URGENCY);
        final int counter;
        long bytes;

        Flow(int counter) {
            this.counter = counter;
        }
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /// Adds a request if the limits allow it, evicting others where they must.
    ///
    /// @return the evicted requests; null where even eviction does not suffice, and then none was evicted
    @Nullable
    List<QueueEntry> offer(QueueEntry arriving, AdmissionSettings settings) {
        AdmissionRequest request = arriving.request;
        Limits own = request.priority().isSheddable() ? settings.sheddable() : settings.each();
        Band band = bands.get(request.priority());
        int inBand = band == null ? 0 : band.size;
        long bytesInBand = band == null ? 0 : band.bytes;
        boolean fits = fits(own, inBand, bytesInBand, request) && fits(settings.total(), size, bytes, request);
        List<QueueEntry> leaving = fits ? List.of() : leaving(request, own, settings.total());
        if (leaving != null) {
            leaving.forEach(this::remove);
            add(arriving);
        }
        return leaving;
    }

    private static boolean fits(Limits limits, int requests, long held, AdmissionRequest arriving) {
        return requests + 1 <= limits.requests() && held + arriving.bytes() <= limits.bytes();
    }

    /// The fewest requests to evict so that the arriving one fits; null where none suffice.
    private @Nullable List<QueueEntry> leaving(AdmissionRequest arriving, Limits own, Limits total) {
        Band band = bands.getOrDefault(arriving.priority(), new Band());
        Eviction eviction = new Eviction(own, band.flows.get(arriving.tenant()), arriving);
        List<QueueEntry> leaving = eviction.leaving();
        while (!fits(own, band.size - leaving.size(), band.bytes - eviction.bytes(), arriving)) {
            if (!eviction.fromPeers(band.flows.values())) {
                return null;
            }
        }
        Collection<Band> below =
                bands.descendingMap().headMap(arriving.priority(), false).values();
        while (!fits(total, size - leaving.size(), bytes - eviction.bytes(), arriving)) {
            boolean left = below.stream().anyMatch(lower -> eviction.fromBelow(lower.flows.values()));
            if (!left && !eviction.fromPeers(band.flows.values())) {
                return null;
            }
        }
        return leaving;
    }

    private void add(QueueEntry entry) {
        AdmissionRequest request = entry.request;
        Band band = bands.computeIfAbsent(request.priority(), _ -> new Band());
        Flow flow = band.flows.computeIfAbsent(request.tenant(), tenant -> {
            int counter = TenantCounters.counter(tenant);
            account.enter(counter, level(band));
            return new Flow(counter);
        });
        entry.number = ++added;
        flow.entries.add(entry);
        flow.bytes += entry.bytes;
        band.size++;
        band.bytes += entry.bytes;
        size++;
        bytes += entry.bytes;
    }

    /// Counts a request that waits with so many bytes from now on, where the limits allow it: no other request has
    /// to leave for them.
    ///
    /// @param all of this process, which the additional bytes are reserved of
    /// @return whether the request waits and the limits allow it
    boolean grow(QueueEntry entry, long toBytes, AdmissionSettings settings, HeldBytes all) {
        long more = toBytes - entry.bytes;
        Priority priority = entry.request.priority();
        Limits own = priority.isSheddable() ? settings.sheddable() : settings.each();
        Band band = bands.get(priority);
        Flow flow = band == null ? null : band.flows.get(entry.request.tenant());
        if (band == null
                || flow == null
                || !flow.entries.contains(entry)
                || more > own.bytes() - band.bytes
                || more > settings.total().bytes() - bytes
                || !all.reserve(more)) {
            return false;
        }
        entry.bytes += more;
        flow.bytes += more;
        band.bytes += more;
        bytes += more;
        return true;
    }

    /// Tokens served to the tenant that is next, or that was last served where the queue is empty.
    private long level(Band band) {
        Flow next = least(band);
        return next == null ? level : account.served(next.counter);
    }

    private @Nullable Flow least(Band band) {
        Flow least = null;
        for (Flow flow : band.flows.values()) {
            if (least == null || account.served(flow.counter) < account.served(least.counter)) {
                least = flow;
            }
        }
        return least;
    }

    /// The next request in fair order, or null where the queue is empty.
    @Nullable
    QueueEntry next() {
        Map.Entry<Priority, Band> first = bands.firstEntry();
        Flow least = first == null ? null : least(first.getValue());
        if (least == null) {
            return null;
        }
        level = account.served(least.counter);
        return least.entries.first();
    }

    /// The next request for an endpoint with capacity: among those next in fair order, the request with the
    /// longest cached prefix there. A request is overtaken at most [#MOST_PASSED] times.
    @Nullable
    QueueEntry next(Endpoint at) {
        QueueEntry fair = next();
        if (fair == null || fair.passed >= MOST_PASSED) {
            return fair;
        }
        QueueEntry best = fair;
        int most = fair.request.reuse().at(at);
        int tenants = 0;
        for (Flow flow : bands.firstEntry().getValue().flows.values()) {
            if (account.served(flow.counter) - level > QUANTUM) {
                continue;
            }
            if (tenants++ == TENANTS) {
                // Each look is a search for a prompt, under the lock of the pool's queue.
                break;
            }
            int requests = 0;
            for (QueueEntry each : flow.entries) {
                if (requests++ == REQUESTS) {
                    break;
                }
                int held = each.request.reuse().at(at);
                if (held > most) {
                    most = held;
                    best = each;
                }
            }
        }
        fair.passed += best.equals(fair) ? 0 : 1;
        return best;
    }

    /// @return whether it was there
    boolean remove(QueueEntry entry) {
        AdmissionRequest request = entry.request;
        Band band = bands.get(request.priority());
        Flow flow = band == null ? null : band.flows.get(request.tenant());
        if (band == null || flow == null || !flow.entries.remove(entry)) {
            return false;
        }
        flow.bytes -= entry.bytes;
        if (flow.entries.isEmpty()) {
            band.flows.remove(request.tenant());
        }
        band.size--;
        band.bytes -= entry.bytes;
        if (band.size == 0) {
            bands.remove(request.priority());
        }
        size--;
        bytes -= entry.bytes;
        return true;
    }

    /// All queued requests.
    List<QueueEntry> all() {
        return bands.values().stream()
                .flatMap(band -> band.flows.values().stream())
                .flatMap(flow -> flow.entries.stream())
                .toList();
    }

    /// Queued requests of this priority and above.
    int ahead(Priority priority) {
        return sizeOf(bands.headMap(priority, true).values());
    }

    private static int sizeOf(Collection<Band> bands) {
        return bands.stream().mapToInt(band -> band.size).sum();
    }

    /// Queued requests that are dispatched before one that arrives now: all of higher priority, and of each
    /// tenant as many as the arriving one's tenant has queued.
    int ahead(AdmissionRequest request) {
        int higher = sizeOf(bands.headMap(request.priority(), false).values());
        Band band = bands.get(request.priority());
        Flow own = band == null ? null : band.flows.get(request.tenant());
        if (band == null || own == null) {
            return higher;
        }
        int turns = own.entries.size();
        return higher
                + band.flows.values().stream()
                        .mapToInt(flow -> Math.min(flow.entries.size(), turns))
                        .sum();
    }
}
