package dev.sluice.operator.plan;

import dev.sluice.api.ApiDuration;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteTimeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The timeouts of a rule; null where there is none, which `0s` says too.
record Timeouts(@Nullable Duration request, @Nullable Duration backendRequest) {

    static Timeouts of(@Nullable HTTPRouteTimeouts timeouts) {
        return timeouts == null
                ? new Timeouts(null, null)
                : new Timeouts(parse(timeouts.getRequest()), parse(timeouts.getBackendRequest()));
    }

    private static @Nullable Duration parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Duration timeout = ApiDuration.parse(text);
        return timeout.isZero() ? null : timeout;
    }
}
