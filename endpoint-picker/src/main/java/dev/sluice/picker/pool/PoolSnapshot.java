package dev.sluice.picker.pool;

import dev.sluice.picker.model.PoolId;
import java.util.List;
import java.util.Optional;

/// The endpoints of one pool at one moment, and how requests are placed on them.
public record PoolSnapshot(PoolId id, PoolSettings settings, List<Endpoint> endpoints) {
    public PoolSnapshot {
        endpoints = List.copyOf(endpoints);
    }

    /// The endpoint at `ip:port`, as Envoy names the one it used.
    public Optional<Endpoint> at(String address) {
        return endpoints.stream().filter(each -> each.address().equals(address)).findFirst();
    }
}
