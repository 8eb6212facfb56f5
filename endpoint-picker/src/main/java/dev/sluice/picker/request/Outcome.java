package dev.sluice.picker.request;

/// Every way a request can end, with the HTTP status the client sees when the picker ends it.
///
/// The label is the value of the `outcome` label of meters; it never changes once published.
public enum Outcome {
    COMPLETED("completed", 200),
    /// The engine answered with an error status.
    ENGINE_ERROR("engine_error", 0),
    /// The engine began to stream an answer with a good status, and told of an error in it.
    ENGINE_ERROR_IN_STREAM("engine_error_in_stream", 0),
    /// The client or the engine went away before the answer ended.
    CANCELLED("cancelled", 0),
    BAD_REQUEST("bad_request", 400),
    UNKNOWN_MODEL("unknown_model", 404),
    UNKNOWN_POOL("unknown_pool", 503),
    BODY_TIMEOUT("body_timeout", 408),
    BODY_TOO_LARGE("body_too_large", 413),
    /// The request bodies of the picker had all the memory that they may have.
    MEMORY_FULL("memory_full", 503),
    NO_ENDPOINTS("no_endpoints", 503),
    SUBSET_EMPTY("subset_empty", 503),
    /// Each endpoint has said that it does not serve the adapter.
    ADAPTER_NOT_SERVING("adapter_not_serving", 503),
    /// The pool was saturated and its queue full.
    QUEUE_FULL("queue_full", 429),
    /// It was queued for as long as a request may be.
    QUEUE_TIMEOUT("queue_timeout", 429),
    /// It was evicted from its queue for a request of higher priority, or of a tenant with fewer queued.
    QUEUE_EVICTED("queue_evicted", 429),
    /// The pool was saturated, and its queue takes no sheddable requests.
    SHED("shed", 429),
    /// It ran, and was ended for a request of higher priority.
    PREEMPTED("preempted", 429),
    /// It was queued when the picker ended.
    SHUTTING_DOWN("shutting_down", 503),
    /// No endpoint would have given a sheddable request its first token in time.
    OBJECTIVE_UNREACHABLE("objective_unreachable", 429),
    /// A fault of the picker itself.
    INTERNAL("internal", 500);

    private final String label;
    private final int status;

    Outcome(String label, int status) {
        this.label = label;
        this.status = status;
    }

    public String label() {
        return label;
    }

    /// The status the picker answers with, or 0 where the answer is the engine's.
    public int status() {
        return status;
    }
}
