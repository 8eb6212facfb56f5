package dev.sluice.picker.admission.queue;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Priority;
import java.util.Comparator;

/// A queued request as the fair queue orders it. The queue keeps its order in the item itself, so that a queued request
/// is one object.
public abstract class QueueItem {
    /// Orders the requests of one tenant: earliest deadline first (Jackson's rule minimises the greatest
    /// lateness), then arrival.
    static final Comparator<QueueItem> BY_URGENCY = (one, other) -> {
        int byUrgency = Long.compare(one.urgencyNanos, other.urgencyNanos);
        return byUrgency == 0 ? Long.compare(one.number, other.number) : byUrgency;
    };

    private final Priority priority;
    private final String tenant;
    private final long urgencyNanos;
    /// Bytes of the request's body, as the limits count them. Needs the queue's lock, as the fields below.
    long bytes;
    /// The order of arrival.
    long number;
    /// Later requests that were dispatched before this one.
    int passed;

    /// @param tenant account that its tokens are charged to
    /// @param urgencyNanos the request's deadline, or the end of its patience where that is earlier: so a request
    ///     without a deadline is served too
    protected QueueItem(Priority priority, String tenant, long bytes, long urgencyNanos) {
        this.priority = priority;
        this.tenant = tenant;
        this.bytes = bytes;
        this.urgencyNanos = urgencyNanos;
    }

    public final Priority priority() {
        return priority;
    }

    public final String tenant() {
        return tenant;
    }

    public final long urgencyNanos() {
        return urgencyNanos;
    }

    /// The order of arrival in its queue, from 1; 0 before.
    public final long number() {
        return number;
    }

    /// Bytes of the request's body, as the limits count them now.
    public final long bytes() {
        return bytes;
    }

    /// Blocks of the request's prompt that an endpoint has cached.
    protected abstract int cachedBlocks(Endpoint at);
}
