package dev.sluice.picker.admission.queue;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The queued requests of one priority, by tenant.
///
/// Each order of the tenants is a balanced tree, so that a request comes and leaves in O(log n), however
/// many tenants wait. Of equals, the tenant that began to wait first comes first. Not thread-safe.
final class Band<E extends QueueItem> {
    private static final Comparator<Flow<?>> BY_ARRIVAL = Comparator.comparingLong(flow -> flow.number);
    private static final Comparator<Flow<?>> BY_SERVED =
            Comparator.<Flow<?>>comparingLong(flow -> flow.served).thenComparing(BY_ARRIVAL);
    private static final Comparator<Flow<?>> BY_REQUESTS =
            Comparator.<Flow<?>>comparingInt(flow -> -flow.items.size()).thenComparing(BY_ARRIVAL);
    private static final Comparator<Flow<?>> BY_BYTES =
            Comparator.<Flow<?>>comparingLong(flow -> -flow.bytes).thenComparing(BY_ARRIVAL);

    private final Map<String, Flow<E>> flows = new HashMap<>();
    private final NavigableSet<Flow<E>> byServed = new TreeSet<>(BY_SERVED);
    private final NavigableSet<Flow<E>> byRequests = new TreeSet<>(BY_REQUESTS);
    private final NavigableSet<Flow<E>> byBytes = new TreeSet<>(BY_BYTES);
    private final QueueLengths lengths = new QueueLengths();
    private long opened;
    int size;
    long bytes;

    /// The queued requests of one tenant and priority.
    static final class Flow<E extends QueueItem> {
        final NavigableSet<E> items = new TreeSet<>(QueueItem.BY_URGENCY);
        final int counter;
        /// The order in which tenants began to wait.
        private final long number;
        /// Tokens served to the tenant, as the band last saw them.
        private long served;
        private long bytes;
        private final Band<E> band;

        private Flow(Band<E> band, int counter, long served) {
            this.band = band;
            this.counter = counter;
            this.served = served;
            this.number = band.opened++;
        }

        boolean isIn(Band<E> other) {
            return band == other;
        }

        /// The tenant began to wait before another.
        boolean isBefore(Flow<E> other) {
            return number < other.number;
        }

        long served() {
            return served;
        }

        long bytes() {
            return bytes;
        }

        /// The tenant has been served so many tokens by now.
        void served(long tokens) {
            if (tokens != served) {
                band.byServed.remove(this);
                served = tokens;
                band.byServed.add(this);
            }
        }
    }

    @Nullable
    Flow<E> flow(String tenant) {
        return flows.get(tenant);
    }

    /// Tenants, the least served first.
    NavigableSet<Flow<E>> byServed() {
        return byServed;
    }

    /// Tenants, most requests first.
    NavigableSet<Flow<E>> byRequests() {
        return byRequests;
    }

    /// Tenants, most bytes first.
    NavigableSet<Flow<E>> byBytes() {
        return byBytes;
    }

    Flow<E> open(String tenant, int counter, long served) {
        Flow<E> flow = new Flow<>(this, counter, served);
        flows.put(tenant, flow);
        byServed.add(flow);
        byRequests.add(flow);
        byBytes.add(flow);
        return flow;
    }

    void add(Flow<E> flow, E item) {
        unorder(flow);
        flow.items.add(item);
        lengths.grown(flow.items.size());
        size++;
        hold(flow, item.bytes);
        order(flow);
    }

    /// @return whether the item was there, and its tenant has no other
    boolean remove(Flow<E> flow, E item) {
        unorder(flow);
        lengths.shrunk(flow.items.size());
        flow.items.remove(item);
        size--;
        hold(flow, -item.bytes);
        if (flow.items.isEmpty()) {
            flows.remove(item.tenant());
            byServed.remove(flow);
            return true;
        }
        order(flow);
        return false;
    }

    /// A request of a tenant holds so many more bytes.
    void grow(Flow<E> flow, E item, long more) {
        byBytes.remove(flow);
        item.bytes += more;
        hold(flow, more);
        byBytes.add(flow);
    }

    private void hold(Flow<E> flow, long more) {
        flow.bytes += more;
        bytes += more;
    }

    private void unorder(Flow<E> flow) {
        byRequests.remove(flow);
        byBytes.remove(flow);
    }

    private void order(Flow<E> flow) {
        byRequests.add(flow);
        byBytes.add(flow);
    }

    /// Requests that leave before the last one of a tenant that has so many waiting: of each tenant as many.
    int ahead(int requests) {
        return lengths.upTo(requests);
    }
}
