package dev.sluice.picker.pool;

/// The number of requests that an engine runs at once at most (vLLM's `max_num_seqs`), learned from its metrics pages:
/// no engine prints it.
///
/// An engine with free slots starts a waiting request with its next step, so requests that go on waiting while others
/// leave are evidence: each request that leaves is replaced at once, and the number that run stays what the slots are.
/// A queue behind a long prefill or for KV blocks looks different: there the batch shrinks while requests wait. Example:
/// pages that show 8, 8, 7, 8, 8 running, each with a queue, while four requests end, say that there are 8 slots.
///
/// A page that shows more running requests contradicts what was learned. Writers hold the endpoint's monitor; a reader
/// finds the last published number.
public final class BatchSlots {
    /// What is said where no limit is known.
    public static final int UNKNOWN = 0;

    private static final int FEWEST_PAGES = 4;
    private static final int FEWEST_DEPARTURES = 4;

    private int pages;
    private int most;
    private int least;
    private long departuresBefore;
    private volatile int slots = UNKNOWN;
    private volatile int mostRunning;

    /// A page was read.
    ///
    /// @param departures requests that have left the engine since its start, as far as this picker knows
    void seen(int running, int waiting, long departures) {
        mostRunning = Math.max(mostRunning, running);
        if (slots != UNKNOWN && running > slots) {
            slots = UNKNOWN;
        }
        if (waiting <= 0 || running <= 0) {
            pages = 0;
            return;
        }
        if (pages == 0) {
            begin(running, departures);
        }
        pages++;
        most = Math.max(most, running);
        least = Math.min(least, running);
        if (least < most - 1) {
            begin(running, departures);
        } else if (pages >= FEWEST_PAGES && departures - departuresBefore >= Math.max(FEWEST_DEPARTURES, most / 2)) {
            slots = most;
            begin(running, departures);
        }
    }

    private void begin(int running, long departures) {
        pages = 0;
        most = running;
        least = running;
        departuresBefore = departures;
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
