package dev.sluice.picker.admission;

import java.util.concurrent.atomic.AtomicLong;

/// The bodies of all that wait in this process, whatever their pool, up to a limit: each pool has limits of its
/// own, but there may be many pools.
final class HeldBytes {
    private final AtomicLong held = new AtomicLong();
    private final long limit;

    HeldBytes(long limit) {
        this.limit = limit;
    }

    /// @return whether there was place; then they are to be released
    boolean reserve(long bytes) {
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

    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
