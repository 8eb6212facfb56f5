package dev.sluice.picker.admission.queue;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all queued bodies of the process, up to a limit. Each pool has limits of its own, but there may
/// be many pools.
public final class HeldBytes {
    private final AtomicLong held = new AtomicLong();
    private final long limit;

    public HeldBytes(long limit) {
        this.limit = limit;
    }

    /// @return whether the bytes fit; then they must be released
    public boolean reserve(long bytes) {
        while (true) {
            long now = held.get();
            if (bytes > limit - now) {
                return false;
            }
            if (held.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    public long held() {
        return held.get();
    }
}
