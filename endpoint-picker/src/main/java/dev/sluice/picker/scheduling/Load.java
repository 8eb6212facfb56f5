package dev.sluice.picker.scheduling;

import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.BatchSlots;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.Signals;

/// The work of an endpoint: this picker's own requests, which it counts, and other pickers', which the engine reports.
record Load(Prefills prefills, Batch batch, KvCache cache, Adapters adapters) {
    private static final double MILLIS_PER_NANO = 1e-6;

    /// The prefills that are not done.
    ///
    /// @param backlogMillis until all prefills that this picker placed there are done
    /// @param meanMillis prefill work per request, 0 when there was none
    /// @param fromOthers requests of other clients or pickers that wait
    /// @param reportedWaiting requests in the engine's queue, whoever sent them, as the engine said
    /// @param starting requests without a first token: as placed by this picker, or as many as the engine says
    record Prefills(double backlogMillis, double meanMillis, double fromOthers, double reportedWaiting, int starting) {}

    /// The requests that decode, and how many of them the engine takes at once.
    ///
    /// @param requests there now, waiting ones included
    /// @param later requests there while a request that begins now decodes, as expected
    /// @param context tokens that they attend to, those of shared prefixes once for each
    /// @param slots of the engine, [BatchSlots#UNKNOWN] where they were not learned
    /// @param mostRunning the most that were seen to run at once on such hardware
    /// @param residenceMillis mean time in a slot, 0 where none was observed
    record Batch(double requests, double later, double context, int slots, int mostRunning, double residenceMillis) {
        /// Engines are hardly ever started with fewer.
        private static final double FEWEST_SLOTS = 4;

        /// vLLM's default on large GPUs.
        private static final double MOST_SLOTS = 1_024;

        /// Requests that must leave before one more can begin.
        double departuresAhead() {
            return slots == BatchSlots.UNKNOWN ? 0 : Math.max(0, requests - slots + 1);
        }

        /// The wait for a free slot: `slots` requests leave in each residence.
        ///
        /// Where the slots are not known, each number from the most that were seen to run up to [#MOST_SLOTS] is as
        /// likely by its logarithm, and the wait is that for one departure if there are no more than run now.
        double waitMillis(double residence) {
            if (slots != BatchSlots.UNKNOWN) {
                return departuresAhead() * residence / slots;
            }
            double seen = Math.max(FEWEST_SLOTS, mostRunning);
            if (requests < seen) {
                return 0;
            }
            double risk = Math.min(1, Math.log((requests + 1) / seen) / Math.log(Math.max(2, MOST_SLOTS / seen)));
            return risk * residence / requests;
        }
    }

    /// What was learned of the batches of all endpoints on one kind of hardware.
    ///
    /// @param slots the most of any, [BatchSlots#UNKNOWN] where none were learned
    /// @param mostRunning the most requests that ran at once
    record Usual(int slots, int mostRunning) {
        static final Usual NOTHING = new Usual(BatchSlots.UNKNOWN, 0);

        Usual with(BatchSlots other) {
            return new Usual(Math.max(slots, other.slots()), Math.max(mostRunning, other.mostRunning()));
        }
    }

    /// The KV cache in tokens, those of shared prefixes once.
    ///
    /// @param capacity 0 when the engine did not say
    record KvCache(double used, double capacity) {
        private static final KvCache NOT_REPORTED = new KvCache(0, 0);
    }

    /// @param replicas pickers that place requests there; of what the others have placed and the engine has not
    ///     reported yet, half is assumed to be like ours: they see what we see, but not the same requests
    /// @param usual of endpoints on the same hardware
    static Load of(Endpoint endpoint, int replicas, Usual usual, long now) {
        InFlight own = endpoint.inFlight();
        double backlog = own.prefillBacklogNanos(now) * own.queueShare() * MILLIS_PER_NANO;
        double mean = own.meanPrefillNanos() * MILLIS_PER_NANO;
        int requests = own.requests();
        long context = own.contextTokens();
        int starting = endpoint.ledger().prefilling();
        int slots = slots(endpoint, usual.slots());
        double residence = endpoint.residence().meanNanos() * MILLIS_PER_NANO;
        Signals signals = endpoint.signals();
        if (signals == null) {
            double all = (double) requests * replicas;
            return new Load(
                    new Prefills(backlog, mean, 0, 0, starting),
                    new Batch(all, all, context, slots, usual.mostRunning(), residence),
                    KvCache.NOT_REPORTED,
                    Adapters.NONE);
        }
        double batch = requests + signals.foreign();
        double used = signals.kvUsage() * signals.kvCapacityTokens();
        return new Load(
                new Prefills(
                        backlog,
                        mean,
                        signals.foreignWaiting() + (replicas - 1.0) * starting / 2,
                        signals.waiting(),
                        Math.max(starting, signals.waiting())),
                new Batch(
                        batch,
                        (batch + endpoint.usualRequests()) / 2,
                        Math.max(context, used),
                        slots,
                        usual.mostRunning(),
                        residence),
                new KvCache(used, signals.kvCapacityTokens()),
                signals.adapters());
    }

    /// Servers on the same hardware are mostly started alike. One that runs more at once was not.
    private static int slots(Endpoint endpoint, int usual) {
        int own = endpoint.slots().slots();
        Signals signals = endpoint.signals();
        boolean contradicts = signals != null && signals.running() > usual;
        return own != BatchSlots.UNKNOWN || contradicts ? own : usual;
    }

    boolean isBusy() {
        return batch.requests() > 0;
    }

    /// Tokens that the batch attends to later.
    double laterContext() {
        return isBusy() ? batch.context() * batch.later() / batch.requests() : 0;
    }

    /// Requests that wait, beyond the one being prefilled: as placed by this picker, as many as the engine says, or as
    /// many as have no slot.
    double waiting(double meanWork) {
        double backlog = prefills.backlogMillis();
        double placed = backlog > meanWork && meanWork > 0 ? backlog / meanWork - 1 : 0;
        double withoutSlot = Math.max(0, batch.departuresAhead() - 1);
        return Math.max(Math.max(placed + prefills.fromOthers(), prefills.reportedWaiting()), withoutSlot);
    }
}
