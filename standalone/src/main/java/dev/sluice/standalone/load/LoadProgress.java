package dev.sluice.standalone.load;

import java.util.concurrent.atomic.LongAdder;

/// Running counts of a workload being played, for display.
public final class LoadProgress {
    private final LongAdder started = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void start() {
        started.increment();
    }

    void end(Sample sample) {
        finished.increment();
        if (sample.error() != null) {
            failed.increment();
        }
    }

    public long finished() {
        return finished.sum();
    }

    public long running() {
        return started.sum() - finished.sum();
    }

    public long failed() {
        return failed.sum();
    }
}
