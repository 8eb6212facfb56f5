package dev.sluice.picker.pool;

/// The number of requests that an engine runs at once at most (vLLM's `max_num_seqs`), learned from its metrics
/// pages: no engine prints it.
///
/// An engine with free slots starts a waiting request with one of its next steps. Where a request leaves, others go
/// on waiting and the batch is as large as ever all the same, the slot that became free was taken at once: that is
/// evidence for a limit. A queue behind a long prefill or for KV blocks looks different: there the batch shrinks
/// when a request leaves. Example: pages with a queue that show 8, 8, 8, 8, 8 running, while four requests end one
/// after the other and no page ever showed 9, say that there are 8 slots.
///
/// A page that shows more running requests contradicts what was learned. Writers hold the endpoint's monitor; a
/// reader finds the last published number.
public final class BatchSlots {
    /// The number of slots where no limit is known.
    public static final int UNKNOWN = 0;

    /// Requests that come during a step are shown as waiting once, whether there are slots or not.
    private static final int PAGES_OF_A_QUEUE = 2;
    /// Requests that must have been replaced at once. One may be replaced by chance.
    private static final int ENOUGH = 4;

    private int pagesWithQueue;
    private long departuresBefore;
    private int evidence;
    private volatile int mostRunning;
    private volatile int slots = UNKNOWN;

    /// A page was read.
    ///
    /// @param departures requests that have left the engine since its start, as far as this picker knows
    void seen(int running, int waiting, long departures) {
        boolean left = departures > departuresBefore;
        departuresBefore = departures;
        pagesWithQueue = waiting > 0 ? pagesWithQueue + 1 : 0;
        if (running > mostRunning) {
            mostRunning = running;
            evidence = 0;
            slots = UNKNOWN;
        } else if (left && pagesWithQueue >= PAGES_OF_A_QUEUE && running > 0) {
            evidence = running == mostRunning ? Math.min(evidence + 1, 2 * ENOUGH) : Math.max(0, evidence - 1);
            slots = evidence >= ENOUGH ? mostRunning : slots;
        }
    }

    /// The most requests that were seen to run at once: the limit is not below.
    public int mostRunning() {
        return mostRunning;
    }

    /// The limit, or [#UNKNOWN].
    public int slots() {
        return slots;
    }
}
