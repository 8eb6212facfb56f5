package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.catalog.Resolution;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Outcome;
import java.time.Duration;
import java.util.stream.Collectors;

/// The refusals: outcome, status and message for requests that get no endpoint.
final class Refusal {
    private Refusal() {}

    /// Admission refused the request.
    static Routing.Refused of(PoolSnapshot pool, Admission.Denied refused) {
        String message = switch (refused.outcome()) {
            case SHED -> "system saturated, sheddable request dropped";
            case QUEUE_FULL -> "system saturated, and as many requests as may wait for pool " + pool.id() + " do";
            case QUEUE_TIMEOUT -> "request timed out in queue: pool " + pool.id() + " is saturated";
            case QUEUE_EVICTED ->
                "request made room in the queue of pool " + pool.id()
                        + " for one of higher priority, or of a client with less waiting";
            case OBJECTIVE_UNREACHABLE -> tooLateMessage(pool);
            case SHUTTING_DOWN -> "the endpoint picker at which the request waited ends";
            case UNKNOWN_POOL -> "pool " + pool.id() + " was deleted while the request waited for it";
            case NO_ENDPOINTS -> noEndpointMessage(pool, pool.size());
            case COMPLETED,
                    ENGINE_ERROR,
                    ENGINE_ERROR_IN_STREAM,
                    CANCELLED,
                    PREEMPTED,
                    BAD_REQUEST,
                    UNKNOWN_MODEL,
                    BODY_TOO_LARGE,
                    BODY_TIMEOUT,
                    MEMORY_FULL,
                    SUBSET_EMPTY,
                    ADAPTER_NOT_SERVING,
                    INTERNAL -> throw new IllegalArgumentException("no refusal of admission: " + refused);
        };
        return new Routing.Refused(refused.outcome(), message, refused.retryAfter());
    }

    /// @param faulty how many there are that cannot serve
    static Routing.Refused noEndpoint(PoolSnapshot pool, int faulty) {
        return new Routing.Refused(Outcome.NO_ENDPOINTS, noEndpointMessage(pool, faulty), null);
    }

    private static String noEndpointMessage(PoolSnapshot pool, int faulty) {
        return "pool " + pool.id()
                + (faulty == 0
                        ? " has no ready endpoint"
                        : " has no endpoint with working GPUs: " + faulty + " are ready, each with a fatal XID error");
    }

    static Routing.Refused subsetEmpty(PoolSnapshot pool) {
        return new Routing.Refused(
                Outcome.SUBSET_EMPTY, "no ready endpoint of pool " + pool.id() + " is in the given subset", null);
    }

    static Routing.Refused adapterNotServing(PoolSnapshot pool, ModelName adapter) {
        return new Routing.Refused(
                Outcome.ADAPTER_NOT_SERVING,
                "all ready endpoints of pool " + pool.id() + " say that they do not serve adapter '" + adapter
                        + "' now",
                null);
    }

    /// @param by how much its first token would be late at the endpoint that is soonest
    static Routing.Refused tooLate(PoolSnapshot pool, Duration by) {
        return new Routing.Refused(Outcome.OBJECTIVE_UNREACHABLE, tooLateMessage(pool), by);
    }

    private static String tooLateMessage(PoolSnapshot pool) {
        return "no endpoint of pool " + pool.id()
                + " would have met the request's objective, sheddable request dropped";
    }

    static Routing.Refused unknown(PoolId pool) {
        return new Routing.Refused(
                Outcome.UNKNOWN_POOL,
                pool.equals(PoolId.NONE)
                        ? "the pool is not known: the stream names none"
                        : "pool " + pool + " is not known",
                null);
    }

    static Routing.Refused unpublished(InferenceRequest request, Resolution.Unpublished unpublished) {
        String names = unpublished.published().stream().map(Object::toString).collect(Collectors.joining(", "));
        String pools = request.route().movable().isEmpty()
                ? "pool " + request.pool()
                : "any pool of the route, which leads to " + request.pool();
        return new Routing.Refused(
                Outcome.UNKNOWN_MODEL,
                "model '" + unpublished.requested() + "' is not published in " + pools + "; published models: " + names,
                null);
    }
}
