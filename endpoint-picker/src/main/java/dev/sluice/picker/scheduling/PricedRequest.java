package dev.sluice.picker.scheduling;

import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Objectives;
import org.jspecify.annotations.Nullable;

/// A request to price: its target, token model, session and objectives.
///
/// @param target what the request's model stands for; null for work whose body is not read
/// @param tokens how the text of the target's prompts turns into tokens
/// @param pin what the session of the request asks
/// @param objectives the latencies that the request should see
/// @param sheddable whether the request is better refused than late
public record PricedRequest(
        InferenceRequest request,
        @Nullable Target target,
        TokenModel tokens,
        Pin pin,
        Objectives objectives,
        boolean sheddable) {}
