package dev.sluice.picker.signals.gpu;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The GPU watches of all endpoints; all sources of an endpoint's GPUs report to the same watch.
public final class GpuWatches {
    private final Pools pools;
    private final FullClocks fullClocks = new FullClocks();
    private final Map<Endpoint, GpuWatch> watches = new HashMap<>();

    public GpuWatches(Pools pools) {
        this.pools = pools;
    }

    /// Drops the watches of endpoints that have left, and begins watches of new ones.
    ///
    /// @param atStart whether the endpoints existed when the picker started
    public void follow(Set<Endpoint> endpoints, boolean atStart) {
        watches.keySet().retainAll(endpoints);
        endpoints.forEach(
                endpoint -> watches.computeIfAbsent(endpoint, _ -> new GpuWatch(endpoint, pools, fullClocks, atStart)));
    }

    public GpuWatch of(Endpoint endpoint) {
        return watches.computeIfAbsent(endpoint, _ -> new GpuWatch(endpoint, pools, fullClocks, false));
    }
}
