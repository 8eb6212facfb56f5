package dev.sluice.picker.scheduling;

import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.Signals;

/// What an endpoint has to do: this picker's own work, which it knows, and others', which the engine reported.
///
/// @param backlogMillis until all prefills that this picker placed there are done
/// @param meanWorkMillis prefill work per request, 0 when there was none
/// @param batch requests there now
/// @param laterBatch requests there while a request that begins now decodes, as expected
/// @param context tokens that they attend to, those of shared prefixes once for each
/// @param used tokens in the KV cache, shared ones once
/// @param capacity of the KV cache in tokens, 0 when the engine did not say
/// @param reportedWaiting requests in the engine's queue, whoever sent them, as it said
/// @param starting requests without a first token: as placed by us, or as many as the engine says
record Load(
        double backlogMillis,
        double meanWorkMillis,
        double batch,
        double laterBatch,
        double context,
        double used,
        double capacity,
        double foreignWaiting,
        double reportedWaiting,
        double starting,
        Adapters adapters) {
    private static final double MILLIS_PER_NANO = 1e-6;

    /// @param replicas pickers that place requests there; of what the others have placed and the engine has not
    ///     reported yet, half is assumed to be like ours: they see what we see, but not the same requests
    static Load of(Endpoint endpoint, int replicas, long now) {
        InFlight own = endpoint.inFlight();
        double backlog = own.prefillBacklogNanos(now) * MILLIS_PER_NANO;
        double mean = own.meanPrefillNanos() * MILLIS_PER_NANO;
        int requests = own.requests();
        long context = own.contextTokens();
        int starting = endpoint.ledger().prefilling();
        Signals signals = endpoint.signals();
        if (signals == null) {
            double all = (double) requests * replicas;
            return new Load(backlog, mean, all, all, context, 0, 0, 0, 0, starting, Adapters.NONE);
        }
        double batch = requests + signals.foreign();
        double used = signals.kvUsage() * signals.kvCapacityTokens();
        return new Load(
                backlog,
                mean,
                batch,
                (batch + endpoint.usualRequests()) / 2,
                Math.max(context, used),
                used,
                signals.kvCapacityTokens(),
                signals.foreignWaiting() + (replicas - 1.0) * starting / 2,
                signals.waiting(),
                Math.max(starting, signals.waiting()),
                signals.adapters());
    }

    boolean isBusy() {
        return batch > 0;
    }

    /// Tokens that the batch attends to later.
    double laterContext() {
        return batch > 0 ? context * laterBatch / batch : 0;
    }

    /// Requests that wait, beyond the one being prefilled: as placed by us, or as many as the engine says.
    double waiting(double meanWork) {
        double placed = backlogMillis > meanWork && meanWork > 0 ? backlogMillis / meanWork - 1 : 0;
        return Math.max(placed + foreignWaiting, reportedWaiting);
    }
}
