package dev.sluice.picker.admission;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all queued bodies of the process, up to a limit. Each pool has limits of its own, but there may
/// be many pools.
final class HeldBytes {
    private final AtomicLong held = new AtomicLong();
    private final long limit;

    HeldBytes(long limit) {
        this.limit = limit;
    }

    /// @return whether the bytes fit; then they must be released
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
