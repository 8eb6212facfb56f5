package dev.sluice.picker.pool;

import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.PoolId;
import java.util.List;
import java.util.Optional;

/// The endpoints of one pool at one moment, and how requests are placed on them.
public record PoolSnapshot(PoolId id, PolicyKind policy, List<Endpoint> endpoints) {
    public PoolSnapshot {
        endpoints = List.copyOf(endpoints);
    }

    public Optional<Endpoint> find(EndpointId endpoint) {
        return endpoints.stream().filter(each -> each.id().equals(endpoint)).findFirst();
    }

    /// The endpoint at `ip:port`, as Envoy names the one it used.
    public Optional<Endpoint> at(String address) {
        return endpoints.stream().filter(each -> each.address().equals(address)).findFirst();
    }
}
