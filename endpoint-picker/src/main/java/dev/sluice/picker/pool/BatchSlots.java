package dev.sluice.picker.pool;

/// The number of requests that an engine runs at once at most (vLLM's `max_num_seqs`), learned from its metrics pages:
/// no engine prints it.
///
/// An engine whose batch is full shows the same number of running requests on each page while requests wait. An engine
/// that waits for something else (a long prefill, KV blocks) shows numbers that vary. So the last pages with waiting
/// requests decide: where three quarters of them agree, within one request that has just left, their largest number is
/// the limit. A page counts only where the queue or the batch has changed since the last one, so that one long step is
/// no evidence. Example: of pages that show 8, 8, 7, 8, 8, 8, 8, 8 running and some waiting, the limit is 8.
///
/// Writers hold the endpoint's monitor; a reader finds the last published number.
public final class BatchSlots {
    /// What is said where no limit is known.
    public static final int UNKNOWN = 0;

    private static final int PAGES = 16;
    private static final int FEWEST_PAGES = 8;
    /// Of the pages, that must agree.
    private static final double AGREEING = 0.75;

    private final int[] running = new int[PAGES];
    private int next;
    private int pages;
    private int lastRunning;
    private int lastWaiting;
    private volatile int slots = UNKNOWN;

    /// A page was read.
    void seen(int nowRunning, int nowWaiting) {
        boolean changed = nowRunning != lastRunning || nowWaiting != lastWaiting;
        lastRunning = nowRunning;
        lastWaiting = nowWaiting;
        if (slots != UNKNOWN && nowRunning > slots) {
            forget();
        }
        if (changed && nowWaiting > 0 && nowRunning > 0) {
            running[next] = nowRunning;
            next = (next + 1) % PAGES;
            pages = Math.min(pages + 1, PAGES);
            slots = estimate();
        }
    }

    /// The limit, or [#UNKNOWN].
    public int slots() {
        return slots;
    }

    private int estimate() {
        int most = 0;
        for (int i = 0; i < pages; i++) {
            most = Math.max(most, running[i]);
        }
        int agreeing = 0;
        for (int i = 0; i < pages; i++) {
            agreeing += running[i] >= most - most / 4 && running[i] >= most - 1 ? 1 : 0;
        }
        return pages >= FEWEST_PAGES && agreeing >= AGREEING * pages ? most : UNKNOWN;
    }

    private void forget() {
        slots = UNKNOWN;
        pages = 0;
        next = 0;
    }
}
