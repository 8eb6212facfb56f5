package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.FEWEST_SLOTS;
import static dev.sluice.picker.constants.PriceConstants.MOST_SLOTS;

import dev.sluice.picker.pool.BatchSlots;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.Signals;

/// The work of an endpoint: this picker's own requests, which it counts, and other pickers', which the engine
/// reports.
///
/// One object is filled anew for each endpoint of a decision, so that a decision allocates nothing for it.
public final class EndpointLoad {
    private static final double MILLIS_PER_NANO = 1e-6;

    /// Until all prefills that this picker placed there are done.
    private double backlogMillis;
    /// Prefill work per request, 0 where there was none.
    private double meanMillis;
    /// Requests of other clients or pickers that wait.
    private double waitingFromOthers;
    /// Requests in the engine's queue, whoever sent them, as the engine said.
    private double reportedWaiting;
    private int starting;
    private double requests;
    private double laterRequests;
    private double context;
    private int slots;
    private int mostRunning;
    private double residenceMillis;
    private double used;
    private double capacity;
    private Adapters adapters = Adapters.NONE;

    /// @param replicas pickers that place requests there; of what the others have placed and the engine has not
    ///     reported yet, half is assumed to be like ours: they see what we see, but not the same requests
    /// @param usual of endpoints on the same hardware
    EndpointLoad read(Endpoint endpoint, int replicas, UsualBatch usual, long now) {
        InFlight own = endpoint.inFlight();
        backlogMillis = own.prefillBacklogNanos(now) * own.queueShare() * MILLIS_PER_NANO;
        meanMillis = own.meanPrefillNanos() * MILLIS_PER_NANO;
        starting = endpoint.integrals().prefilling();
        residenceMillis = endpoint.residence().meanNanos() * MILLIS_PER_NANO;
        mostRunning = usual.mostRunning();
        slots = endpoint.slots().slots();
        context = own.contextTokens();
        Signals signals = endpoint.signals();
        if (signals == null) {
            silent(own.requests() * replicas, usual);
        } else {
            reported(signals, own.requests() + signals.requestsFromOthers(), endpoint.usualRequests(), usual);
            waitingFromOthers += (replicas - 1.0) * endpoint.integrals().prefilling() / 2;
        }
        return this;
    }

    private void silent(int own, UsualBatch usual) {
        slots = slots == BatchSlots.UNKNOWN ? usual.slots() : slots;
        requests = own;
        laterRequests = own;
        used = 0;
        capacity = 0;
        waitingFromOthers = 0;
        reportedWaiting = 0;
        adapters = Adapters.NONE;
    }

    /// Servers on the same hardware are mostly started alike. A server that runs more at once was not.
    private void reported(Signals signals, int all, double usualRequests, UsualBatch usual) {
        slots = slots == BatchSlots.UNKNOWN && signals.running() <= usual.slots() ? usual.slots() : slots;
        requests = all;
        laterRequests = (all + usualRequests) / 2;
        used = signals.kvCache().usedTokens();
        capacity = signals.kvCache().capacityTokens();
        context = Math.max(context, used);
        waitingFromOthers = signals.waitingFromOthers();
        reportedWaiting = signals.waiting();
        starting = Math.max(starting, signals.waiting());
        adapters = signals.adapters();
    }

    /// Tokens that the requests of an endpoint attend to.
    public static double context(Endpoint endpoint) {
        Signals signals = endpoint.signals();
        double used = signals == null ? 0 : signals.kvCache().usedTokens();
        return Math.max(endpoint.inFlight().contextTokens(), used);
    }

    boolean isBusy() {
        return requests > 0;
    }

    /// Requests there now, waiting ones included.
    double requests() {
        return requests;
    }

    /// Requests there while a request that begins now decodes, as expected.
    double laterRequests() {
        return laterRequests;
    }

    /// Tokens that the requests attend to, those of shared prefixes once for each.
    double context() {
        return context;
    }

    /// Tokens that the batch attends to later.
    double laterContext() {
        return isBusy() ? context * laterRequests / requests : 0;
    }

    /// Tokens in the KV cache, those of shared prefixes once.
    double used() {
        return used;
    }

    /// Tokens that the KV cache holds, 0 when the engine did not say.
    double capacity() {
        return capacity;
    }

    /// Requests without a first token: as placed by this picker, or as many as the engine says.
    int starting() {
        return starting;
    }

    Adapters adapters() {
        return adapters;
    }

    /// Prefill work per request there.
    ///
    /// @param otherwise where there was none
    double meanMillis(double otherwise) {
        return meanMillis > 0 ? meanMillis : otherwise;
    }

    /// The mean time in a batch slot.
    ///
    /// @param otherwise where none was observed
    double residenceMillis(double otherwise) {
        return residenceMillis > 0 ? residenceMillis : otherwise;
    }

    /// Prefill work that comes before the request's own.
    double prefillsMillis(double meanWork) {
        return backlogMillis + waitingFromOthers * meanWork;
    }

    /// Requests that must leave before one more can begin.
    double departuresAhead() {
        return slots == BatchSlots.UNKNOWN ? 0 : Math.max(0, requests - slots + 1);
    }

    /// The wait for a free slot: `slots` requests leave in each residence.
    ///
    /// Where the slots are not known, each number from the most that were seen to run up to 256 is as
    /// likely by its logarithm, and the wait is that for one departure if there are no more than run now.
    double slotWaitMillis(double residence) {
        if (slots != BatchSlots.UNKNOWN) {
            return departuresAhead() * residence / slots;
        }
        return requests < Math.max(FEWEST_SLOTS, mostRunning)
                ? 0
                : slotRisk(requests, mostRunning) * residence / requests;
    }

    /// The probability that no slot is free where as many requests are there as were ever seen to run, or
    /// more.
    static double slotRisk(double requests, int mostRunning) {
        double seen = Math.max(FEWEST_SLOTS, mostRunning);
        return Math.min(1, Math.log((requests + 1) / seen) / Math.log(Math.max(2, MOST_SLOTS / seen)));
    }

    /// The engine said that requests wait.
    boolean hasReportedQueue() {
        return reportedWaiting >= 1;
    }

    /// Requests wait behind the one being prefilled: streamed ones without a first token, or prefill work of
    /// several requests.
    boolean hasQueue(double meanWork) {
        return starting >= 2 || waitingFromOthers >= 1 || (starting == 0 && backlogMillis > 2 * meanWork);
    }

    /// Requests that wait, beyond the one being prefilled: as placed by this picker, as many as the engine
    /// says, or as many as have no slot.
    double waiting(double meanWork) {
        double placed = backlogMillis > meanWork && meanWork > 0 ? backlogMillis / meanWork - 1 : 0;
        double withoutSlot = Math.max(0, departuresAhead() - 1);
        return Math.max(Math.max(placed + waitingFromOthers, reportedWaiting), withoutSlot);
    }
}
