package dev.sluice.picker.admission.queue;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import dev.sluice.picker.settings.AdmissionSettings.QueueLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The order of a pool's queue: the highest priority first, then the tenant with the fewest tokens served, then
/// the earliest deadline. A request whose prompt an endpoint with capacity has cached may go somewhat earlier, as
/// in *Locality-aware Fair Scheduling in LLM Serving* (arXiv 2501.14312).
///
/// Each operation takes O(log n) of the tenants and requests that wait. Not thread-safe.
///
/// @param <E> the queued requests
public final class FairQueue<E extends QueueItem> {
    /// D2LPM's quantum: a tenant may be served before another that has had this many prompt tokens less.
    public static final long QUANTUM = 20_000;
    /// Limits of the search for a cached prompt: tenants, and requests of each.
    static final int TENANTS = 8;

    static final int REQUESTS = 16;
    /// The number of requests that may overtake the fair one.
    static final int MOST_PASSED = 32;

    private final TenantCounters account;
    private final NavigableMap<Priority, Band<E>> bands = new TreeMap<>(Collections.reverseOrder());
    /// Of each tenant's counter, the tenants that share it.
    private final Map<Integer, List<Band.Flow<E>>> byCounter = new HashMap<>();
    private int size;
    private long bytes;
    private long level;
    private long added;

    public FairQueue(TenantCounters account) {
        this.account = account;
    }

    public int size() {
        return size;
    }

    public long bytes() {
        return bytes;
    }

    /// Adds a request if the limits allow it, evicting others where they must.
    ///
    /// @return the evicted requests; null where even eviction does not suffice, and then none was evicted
    public @Nullable List<E> offer(E arriving, QueueLimits limits) {
        Limits own = arriving.priority().isSheddable() ? limits.sheddable() : limits.each();
        Band<E> band = bands.get(arriving.priority());
        int inBand = band == null ? 0 : band.size;
        long bytesInBand = band == null ? 0 : band.bytes;
        boolean fits = fits(own, inBand, bytesInBand, arriving) && fits(limits.total(), size, bytes, arriving);
        List<E> leaving = fits ? List.of() : leaving(arriving, own, limits.total());
        if (leaving != null) {
            leaving.forEach(this::remove);
            add(arriving);
        }
        return leaving;
    }

    private static boolean fits(Limits limits, int requests, long held, QueueItem arriving) {
        return requests + 1 <= limits.requests() && held + arriving.bytes() <= limits.bytes();
    }

    /// The fewest requests to evict so that the arriving one fits; null where none suffice.
    private @Nullable List<E> leaving(E arriving, Limits own, Limits total) {
        Band<E> band = bands.getOrDefault(arriving.priority(), new Band<>());
        Eviction<E> eviction = new Eviction<>(own, band.flow(arriving.tenant()), arriving);
        List<E> leaving = eviction.leaving();
        while (!fits(own, band.size - leaving.size(), band.bytes - eviction.bytes(), arriving)) {
            if (!eviction.fromPeers(band)) {
                return null;
            }
        }
        Collection<Band<E>> below =
                bands.descendingMap().headMap(arriving.priority(), false).values();
        while (!fits(total, size - leaving.size(), bytes - eviction.bytes(), arriving)) {
            boolean left = below.stream().anyMatch(eviction::fromBelow);
            if (!left && !eviction.fromPeers(band)) {
                return null;
            }
        }
        return leaving;
    }

    private void add(E entry) {
        Band<E> band = bands.computeIfAbsent(entry.priority(), _ -> new Band<>());
        Band.Flow<E> known = band.flow(entry.tenant());
        entry.number = ++added;
        band.add(known == null ? open(band, entry.tenant()) : known, entry);
        size++;
        bytes += entry.bytes;
    }

    private Band.Flow<E> open(Band<E> band, String tenant) {
        int counter = TenantCounters.counter(tenant);
        account.enter(counter, level(band));
        Band.Flow<E> flow = band.open(tenant, counter, account.served(counter));
        byCounter.computeIfAbsent(counter, _ -> new ArrayList<>(1)).add(flow);
        return flow;
    }

    private void close(Band.Flow<E> flow) {
        byCounter.computeIfPresent(flow.counter, (_, sharing) -> {
            sharing.remove(flow);
            return sharing.isEmpty() ? null : sharing;
        });
    }

    /// Counts a request that waits with so many bytes from now on, where the limits allow it: no other request has
    /// to leave for them.
    ///
    /// @param all of this process, which the additional bytes are reserved of
    /// @return whether the request waits and the limits allow it
    public boolean grow(E entry, long toBytes, QueueLimits limits, HeldBytes all) {
        long more = toBytes - entry.bytes;
        Priority priority = entry.priority();
        Limits own = priority.isSheddable() ? limits.sheddable() : limits.each();
        Band<E> band = bands.get(priority);
        Band.Flow<E> flow = band == null ? null : band.flow(entry.tenant());
        if (band == null
                || flow == null
                || !flow.items.contains(entry)
                || more > own.bytes() - band.bytes
                || more > limits.total().bytes() - bytes
                || !all.reserve(more)) {
            return false;
        }
        band.grow(flow, entry, more);
        bytes += more;
        return true;
    }

    /// Tokens served to the tenant that is next, or that was last served where the queue is empty.
    private long level(Band<E> band) {
        Band.Flow<E> next = least(band);
        return next == null ? level : next.served();
    }

    /// The tenant of a band that has been served least. Tenants are charged while they wait, by other
    /// threads.
    private Band.@Nullable Flow<E> least(Band<E> band) {
        account.visitChanged(counter -> {
            for (Band.Flow<E> flow : byCounter.getOrDefault(counter, List.of())) {
                flow.served(account.served(counter));
            }
        });
        return band.byServed().isEmpty() ? null : band.byServed().first();
    }

    /// The next request in fair order, or null where the queue is empty.
    public @Nullable E next() {
        Map.Entry<Priority, Band<E>> first = bands.firstEntry();
        Band.Flow<E> least = first == null ? null : least(first.getValue());
        if (least == null) {
            return null;
        }
        level = least.served();
        return least.items.first();
    }

    /// The next request for an endpoint with capacity: among those next in fair order, the request with the
    /// longest cached prefix there. A request is overtaken at most [#MOST_PASSED] times.
    public @Nullable E next(Endpoint at) {
        E fair = next();
        if (fair == null || fair.passed >= MOST_PASSED) {
            return fair;
        }
        E best = fair;
        int most = fair.cachedBlocks(at);
        int tenants = 0;
        for (Band.Flow<E> flow : bands.firstEntry().getValue().byServed()) {
            if (flow.served() - level > QUANTUM || tenants++ == TENANTS) {
                // Each look is a search for a prompt, under the lock of the pool's queue.
                break;
            }
            int requests = 0;
            for (E each : flow.items) {
                if (requests++ == REQUESTS) {
                    break;
                }
                int held = each.cachedBlocks(at);
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
    public boolean remove(E entry) {
        Band<E> band = bands.get(entry.priority());
        Band.Flow<E> flow = band == null ? null : band.flow(entry.tenant());
        if (band == null || flow == null || !flow.items.contains(entry)) {
            return false;
        }
        if (band.remove(flow, entry)) {
            close(flow);
        }
        if (band.size == 0) {
            bands.remove(entry.priority());
        }
        size--;
        bytes -= entry.bytes;
        return true;
    }

    /// All queued requests.
    public List<E> all() {
        return bands.values().stream()
                .flatMap(band -> band.byServed().stream())
                .flatMap(flow -> flow.items.stream())
                .toList();
    }

    /// Queued requests of this priority and above.
    public int ahead(Priority priority) {
        return sizeOf(bands.headMap(priority, true).values());
    }

    private static int sizeOf(Collection<? extends Band<?>> bands) {
        return bands.stream().mapToInt(band -> band.size).sum();
    }

    /// Queued requests that are dispatched before one that arrives now: all of higher priority, and of each
    /// tenant as many as the arriving one's tenant has queued.
    public int ahead(Priority priority, String tenant) {
        int higher = sizeOf(bands.headMap(priority, false).values());
        Band<E> band = bands.get(priority);
        Band.Flow<E> own = band == null ? null : band.flow(tenant);
        return band == null || own == null ? higher : higher + band.ahead(own.items.size());
    }
}
