package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.ResolvedGateway.RouteKinds;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A listener before routes are looked at.
record CheckedListener(
        Listener spec,
        Resolution<List<TlsKeyPair>> certificates,
        @Nullable ListenerFault fault,
        RouteKinds kinds) {

    boolean takesRoutes() {
        return kinds.httpRoutes() && (fault == null || fault.isOfReferences());
    }
}
