package dev.sluice.picker.pool;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.settings.PoolSettings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All pools the picker serves: one immutable map, swapped as a whole.
///
/// Readers never block. Writers are few (the resource watchers) and exclude each other.
public final class Pools {
    /// Endpoints at once; the prefix index packs an ordinal into 16 bits.
    public static final int MAX_ENDPOINTS = 1 << 16;

    /// A pool as the resources describe it.
    public record PoolSpec(PoolId id, PoolSettings settings, List<EndpointSpec> endpoints) {
        public PoolSpec {
            endpoints = List.copyOf(endpoints);
        }

        public PoolSpec withReplicas(int replicas) {
            return new PoolSpec(id, settings.withReplicas(replicas), endpoints);
        }
    }

    private volatile Map<PoolId, PoolSnapshot> snapshots = Map.of();
    private final Consumer<Endpoint> onJoin;
    private final BitSet ordinals = new BitSet();
    private int lastOrdinal = -1;

    /// @param onJoin told of each new endpoint before any request can see it
    public Pools(Consumer<Endpoint> onJoin) {
        this.onJoin = onJoin;
    }

    public @Nullable PoolSnapshot find(PoolId id) {
        return snapshots.get(id);
    }

    public Map<PoolId, PoolSnapshot> all() {
        return snapshots;
    }

    /// Replaces all pools. An endpoint whose pod and address stay keeps all that is known of it, whatever
    /// else the resources say of it now.
    ///
    /// @return the endpoints that are new
    public synchronized List<Endpoint> replaceAll(List<PoolSpec> specs) {
        Map<PoolId, PoolSnapshot> before = snapshots;
        Map<PoolId, PoolSnapshot> after = new HashMap<>();
        List<Endpoint> joined = new ArrayList<>();
        for (PoolSpec spec : specs) {
            Map<EndpointId, Endpoint> known = new HashMap<>();
            PoolSnapshot old = before.get(spec.id());
            if (old != null) {
                old.endpoints().forEach(endpoint -> known.put(endpoint.id(), endpoint));
            }
            List<Endpoint> endpoints = spec.endpoints().stream()
                    .map(each -> keepOrJoin(spec.id(), known, each, joined))
                    .toList();
            after.put(spec.id(), followed(new PoolSnapshot(spec.id(), spec.settings(), endpoints), old));
        }
        snapshots = Map.copyOf(after);
        Set<Endpoint> members = after.values().stream()
                .flatMap(pool -> pool.endpoints().stream())
                .collect(Collectors.toSet());
        before.values().stream()
                .flatMap(pool -> pool.endpoints().stream())
                .filter(endpoint -> !members.contains(endpoint))
                .forEach(this::dismiss);
        return joined;
    }

    /// The endpoint's GPUs have said what they are. Its pool is published anew if that changes what it runs
    /// on, because a snapshot sorts its endpoints by their hardware.
    ///
    /// @param accelerators how many of them the endpoint has
    /// @return whether it changed anything
    public synchronized boolean identify(Endpoint endpoint, String accelerator, int accelerators) {
        PoolSnapshot pool = snapshots.get(endpoint.pool());
        if (pool == null || !endpoint.isMember() || !endpoint.identify(accelerator, accelerators)) {
            return false;
        }
        sortAnew(pool);
        return true;
    }

    /// The endpoint's engine has named the model that it serves: rates depend on its size. Its pool is
    /// published anew if that changes what is known of the model.
    ///
    /// @param name empty where the engine does not tell, which changes nothing
    /// @return whether it changed anything
    public boolean names(Endpoint endpoint, ModelNames.Source source, String name) {
        return !name.isEmpty() && !endpoint.isNamed(source, name) && takeName(endpoint, source, name);
    }

    private synchronized boolean takeName(Endpoint endpoint, ModelNames.Source source, String name) {
        PoolSnapshot pool = snapshots.get(endpoint.pool());
        if (pool == null || !endpoint.isMember() || !endpoint.names(source, name)) {
            return false;
        }
        sortAnew(pool);
        return true;
    }

    private void sortAnew(PoolSnapshot pool) {
        Map<PoolId, PoolSnapshot> after = new HashMap<>(snapshots);
        after.put(pool.id(), followed(new PoolSnapshot(pool.id(), pool.settings(), pool.endpoints()), pool));
        snapshots = Map.copyOf(after);
    }

    /// The endpoints mark their changes in the new snapshot before it is published: whoever finds it misses
    /// none.
    private static PoolSnapshot followed(PoolSnapshot pool, @Nullable PoolSnapshot before) {
        if (before != null) {
            before.unfollow();
        }
        pool.follow();
        return pool;
    }

    private Endpoint keepOrJoin(
            PoolId pool, Map<EndpointId, Endpoint> known, EndpointSpec spec, List<Endpoint> joined) {
        Endpoint endpoint = known.get(spec.id());
        if (endpoint != null && endpoint.spec().isOfSameEndpoint(spec)) {
            endpoint.describe(spec);
            return endpoint;
        }
        Endpoint created = new Endpoint(pool, spec, nextOrdinal());
        onJoin.accept(created);
        joined.add(created);
        return created;
    }

    private void dismiss(Endpoint endpoint) {
        endpoint.leave();
        ordinals.clear(endpoint.ordinal());
    }

    /// The next free number after the last one given out, so that a number rests as long as possible before
    /// reuse.
    private int nextOrdinal() {
        for (int tried = 0; tried < MAX_ENDPOINTS; tried++) {
            lastOrdinal = (lastOrdinal + 1) % MAX_ENDPOINTS;
            if (!ordinals.get(lastOrdinal)) {
                ordinals.set(lastOrdinal);
                return lastOrdinal;
            }
        }
        throw new IllegalStateException("more than " + MAX_ENDPOINTS + " endpoints");
    }
}
