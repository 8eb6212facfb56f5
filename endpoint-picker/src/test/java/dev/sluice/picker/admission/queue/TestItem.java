package dev.sluice.picker.admission.queue;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Priority;
import java.util.function.ToIntFunction;

/// A queued request of a test.
final class TestItem extends QueueItem {
    final long sinceNanos;
    private final ToIntFunction<Endpoint> cached;

    TestItem(Priority priority, String tenant, long bytes, long sinceNanos, long urgencyNanos) {
        this(priority, tenant, bytes, sinceNanos, urgencyNanos, _ -> 0);
    }

    TestItem(
            Priority priority,
            String tenant,
            long bytes,
            long sinceNanos,
            long urgencyNanos,
            ToIntFunction<Endpoint> cached) {
        super(priority, tenant, bytes, urgencyNanos);
        this.sinceNanos = sinceNanos;
        this.cached = cached;
    }

    @Override
    protected int cachedBlocks(Endpoint at) {
        return cached.applyAsInt(at);
    }
}
