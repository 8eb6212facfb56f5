package dev.sluice.picker.model;

/// What a request's headers and body say of its place among others that wait.
///
/// @param objective the InferenceObjective that the client names, or empty
/// @param tenant whom its work is charged to: the fairness id, or a hash of the API key, or empty for the model's
///     own account
/// @param bytes of its body that the picker holds
public record Claim(String objective, String tenant, long bytes) {
    public static final Claim NONE = new Claim("", "", 0);

    public Claim withBytes(long held) {
        return new Claim(objective, tenant, held);
    }
}
