package dev.sluice.operator.envoy;

import com.google.protobuf.Value;
import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Optional;

/// The Envoys that get the same configuration: those of one Gateway that bind the same address.
///
/// @param gateway `namespace/name`, or [#EVERY_GATEWAY]
record Audience(String gateway, String listenHost) {

    /// The cluster of an Envoy that serves every Gateway by itself. No Gateway has such a name.
    static final String EVERY_GATEWAY = "sluice";

    /// The key under which an Envoy says which address it binds.
    static final String LISTEN_ADDRESS = "sluice.dev/listen-address";

    /// @param host the address to bind for an Envoy that does not say which
    static Audience of(Node node, String host) {
        Value address = node.getMetadata().getFieldsOrDefault(LISTEN_ADDRESS, Value.getDefaultInstance());
        return new Audience(node.getCluster(), address.getStringValue().isEmpty() ? host : address.getStringValue());
    }

    /// The part of the plan that is for them; nothing while their Gateway is unknown, so that they keep what
    /// they have.
    Optional<Plan> share(Plan plan) {
        return gateway.equals(EVERY_GATEWAY)
                ? Optional.of(plan)
                : plan.gateway(gateway).map(known -> new Plan(List.of(known)));
    }
}
