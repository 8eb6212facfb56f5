package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.LoadConstants.QUEUEING;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/// The work that this picker has placed on one endpoint and that has not ended.
///
/// Prefill work is held as the predicted time at which the endpoint will have finished all of it. That single
/// number drains by the clock and needs no per-request bookkeeping. Each first token shows how far behind or
/// ahead of its prediction the endpoint is, and that lag moves the whole prediction: the last lag seen, not the
/// sum of all, because requests that were queued together all report the same delay. Work is counted the moment
/// it is placed, so that a burst does not follow one stale scrape to one endpoint.
///
/// The pace is how much sooner than expected first tokens come, on the whole: 1 for an endpoint that is as fast as
/// its rates say, or slower, which the lag shows.
///
/// Every method may be called from any thread. Times are those of one ticker. The numbers are fields of this one
/// object, updated in place: a decision reads them for every endpoint of a pool, and so finds them in one cache
/// line.
public final class InFlight {
    /// The weight of a request in the mean of the work per request, as a shift.
    private static final int MEAN_SHIFT = 3;

    /// Requests over which the waits are summed up.
    private static final int QUEUES = 32;
    private static final double SECONDS_PER_NANO = 1e-9;

    private static final AtomicIntegerFieldUpdater<InFlight> REQUESTS =
            AtomicIntegerFieldUpdater.newUpdater(InFlight.class, "requests");
    private static final AtomicLongFieldUpdater<InFlight> CONTEXT_TOKENS =
            AtomicLongFieldUpdater.newUpdater(InFlight.class, "contextTokens");
    private static final AtomicLongFieldUpdater<InFlight> PREFILL_DONE_AT =
            AtomicLongFieldUpdater.newUpdater(InFlight.class, "prefillDoneAt");
    private static final AtomicLongFieldUpdater<InFlight> MEAN_PREFILL_NANOS =
            AtomicLongFieldUpdater.newUpdater(InFlight.class, "meanPrefillNanos");

    private final ChangeMark change;
    private volatile int requests;
    private volatile long contextTokens;
    /// The predicted end of all prefills, without the lag.
    private volatile long prefillDoneAt = Long.MIN_VALUE;
    private volatile long lagNanos;
    /// Written without care for others that write, as the lag is: it is a mean.
    private volatile double pace = 1;
    private volatile long meanPrefillNanos;
    /// Sums over the last requests, written as the pace is: of expected queue times waited, and of its square [s²].
    private volatile double queueProducts;
    private volatile double queueSquares;
    private volatile double queueShare = 1;

    InFlight() {
        this(new ChangeMark());
    }

    /// @param change set after each change
    InFlight(ChangeMark change) {
        this.change = change;
    }

    /// Counts a request from now on.
    ///
    /// @param prefillNanos how long the endpoint will work before the first token, without queueing
    /// @param tokens how much context the request will hold, prompt and expected output
    /// @return when its prefill is predicted to be done; to be handed back by the methods below
    public long place(long now, long prefillNanos, long tokens) {
        REQUESTS.incrementAndGet(this);
        CONTEXT_TOKENS.addAndGet(this, tokens);
        MEAN_PREFILL_NANOS.updateAndGet(
                this, mean -> mean == 0 ? prefillNanos : mean + ((prefillNanos - mean) >> MEAN_SHIFT));
        long start = now - lagNanos;
        long done = PREFILL_DONE_AT.updateAndGet(this, before -> Math.max(before, start) + prefillNanos);
        change.set();
        return done;
    }

    /// The first token of a request arrived: the prediction is as wrong as it was for this request.
    public void firstToken(long now, long predictedDone) {
        lagNanos = now - predictedDone;
        change.set();
    }

    /// A request got its first token, or its whole answer, after this time.
    ///
    /// @param expectedNanos the backlog with its own prefill, when it was placed
    public void waited(long nanos, long expectedNanos) {
        double share = nanos < expectedNanos ? (double) nanos / expectedNanos : 1;
        double mean = pace;
        pace = mean + (share - mean) / (1 << MEAN_SHIFT);
        change.set();
    }

    /// A request got its first token after this time.
    ///
    /// @param expectedNanos the backlog with its own prefill, when it was placed
    /// @param ownNanos its own prefill
    public void queued(long nanos, long expectedNanos, long ownNanos) {
        double queue = Math.max(0, expectedNanos - ownNanos) * SECONDS_PER_NANO;
        double waited = Math.clamp((nanos - ownNanos) * SECONDS_PER_NANO, -queue, queue);
        double decay = 1 - 1.0 / QUEUES;
        double products = queueProducts * decay + queue * waited;
        double squares = queueSquares * decay + queue * queue;
        queueProducts = products;
        queueSquares = squares;
        queueShare = squares > 0 ? Math.clamp(products / squares / QUEUEING, 0, 1) : 1;
        change.setPrice();
    }

    /// The share of the backlog that requests have waited for of late, as the slope of a regression through
    /// the origin: 1 for engines that compute one prompt after the other, next to 0 for engines that
    /// compute each prompt for itself.
    public double queueShare() {
        return queueShare;
    }

    /// A request went away before its first token: its prefill will not run.
    public void withdraw(long now, long prefillNanos) {
        long start = now - lagNanos;
        PREFILL_DONE_AT.updateAndGet(this, done -> Math.max(start, done - prefillNanos));
        change.set();
    }

    /// A request ended, in whatever way.
    public void release(long tokens) {
        REQUESTS.decrementAndGet(this);
        CONTEXT_TOKENS.addAndGet(this, -tokens);
        change.set();
    }

    public int requests() {
        return requests;
    }

    public long contextTokens() {
        return contextTokens;
    }

    /// The time that the prefills placed so far still take.
    public long prefillBacklogNanos(long now) {
        long done = prefillDoneAt;
        long start = now - lagNanos;
        return done <= start ? 0 : done - start;
    }

    /// The time when the prefills placed so far are predicted to be done.
    ///
    /// @param never what to say before the first
    long prefillEndNanos(long never) {
        long done = prefillDoneAt;
        return done == Long.MIN_VALUE ? never : done + lagNanos;
    }

    /// The backlog corrected by the pace: an endpoint that answers sooner than its rates say has less to do.
    public long likelyBacklogNanos(long now) {
        return likelyBacklogNanos(now, 0);
    }

    /// The likely backlog without some of the work.
    public long likelyBacklogNanos(long now, long withoutNanos) {
        return (long) (Math.max(0, prefillBacklogNanos(now) - withoutNanos) * pace);
    }

    /// The recent mean of the prefill work per request, 0 before the first.
    public long meanPrefillNanos() {
        return meanPrefillNanos;
    }
}
