package dev.sluice.picker.model;

/// What a request's headers and body say of its priority and fairness.
///
/// @param objective name of the InferenceObjective, or empty
/// @param tenant account that its tokens are charged to: the fairness id, or a hash of the API key, or empty for
///     the model's own account
/// @param bytes of its body that the picker holds
/// @param objectives the latencies that the client asks for
public record RequestAttributes(String objective, String tenant, long bytes, Objectives objectives) {
    public static final RequestAttributes NONE = new RequestAttributes("", "", 0);

    /// The attributes of a request without latency objectives.
    public RequestAttributes(String objective, String tenant, long bytes) {
        this(objective, tenant, bytes, Objectives.NONE);
    }

    public RequestAttributes withBytes(long held) {
        return new RequestAttributes(objective, tenant, held, objectives);
    }
}
