package dev.sluice.picker.request;

import dev.sluice.picker.identity.ModelName;
import org.jspecify.annotations.Nullable;

/// The attributes that a request's headers and body give it: priority, fairness, objectives,
/// session.
///
/// @param objective name of the InferenceObjective, or empty
/// @param tenant account that its tokens are charged to: the fairness id, or a hash of the API key, or empty for
///     the model's own account
/// @param bytes of its body that the picker holds
/// @param objectives the latencies that the client asks for
/// @param served the model that the engine is to see in place of the one that the body names, or null
/// @param session the session token that the client shows
public record RequestAttributes(
        String objective,
        String tenant,
        long bytes,
        Objectives objectives,
        @Nullable ModelName served,
        SessionClaim session) {
    public static final RequestAttributes NONE = new RequestAttributes("", "", 0);

    /// The attributes of a request without latency objectives.
    public RequestAttributes(String objective, String tenant, long bytes) {
        this(objective, tenant, bytes, Objectives.NONE);
    }

    /// The attributes of a request that is in no session and does not say which model the engine is to see.
    public RequestAttributes(String objective, String tenant, long bytes, Objectives objectives) {
        this(objective, tenant, bytes, objectives, null, SessionClaim.NONE);
    }

    public RequestAttributes withBytes(long held) {
        return new RequestAttributes(objective, tenant, held, objectives, served, session);
    }

    public RequestAttributes withSession(SessionClaim shown) {
        return new RequestAttributes(objective, tenant, bytes, objectives, served, shown);
    }
}
