package dev.sluice.cluster.node;

import java.time.Duration;

/// The time that a container that ended waits for its restart: twice as long each time, and from the start
/// again once it has run for a while.
///
/// A kubelet begins with ten seconds and ends with five minutes, which is as right in production as it is long in a
/// test.
final class Backoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration GOOD_RUN = Duration.ofMinutes(2);

    private Duration next = FIRST;

    /// @param run how long the container ran
    Duration after(Duration run) {
        Duration wait = run.compareTo(GOOD_RUN) > 0 ? FIRST : next;
        Duration doubled = wait.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return wait;
    }
}
