package dev.sluice.picker.model;

/// What a request's headers and body say of its place among others.
///
/// @param objective the InferenceObjective that the client names, or empty
/// @param tenant whom its work is charged to: the fairness id, or a hash of the API key, or empty for the model's
///     own account
/// @param bytes of its body that the picker holds
/// @param objectives the latencies that the client asks for
public record Claim(String objective, String tenant, long bytes, Objectives objectives) {
    public static final Claim NONE = new Claim("", "", 0);

    /// Of a client that asks for no latencies.
    public Claim(String objective, String tenant, long bytes) {
        this(objective, tenant, bytes, Objectives.NONE);
    }

    public Claim withBytes(long held) {
        return new Claim(objective, tenant, held, objectives);
    }
}
