package dev.sluice.picker.kube;

import dev.sluice.api.upstream.ModelRewrite;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.Priorities;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.Rewrites;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.ScorerWeights;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes pools and catalog from the resources, each swapped whole.
public final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final Pools pools;
    private final Replicas replicas;
    private final @Nullable ScorerWeights weights;
    private final LastReadable boundary = new LastReadable();
    /// Faults that were last logged, by pool.
    private final Map<PoolId, String> complaints = new HashMap<>();
    private Map<PoolId, LastGood> lastGood = Map.of();
    private volatile Catalog catalog = Catalog.EMPTY;
    private volatile Map<Integer, PoolId> ports = Map.of();

    /// The state of a pool that was last published without a fault.
    private record LastGood(
            Pools.PoolSpec spec, List<PublishedModel> models, Rewrites rewrites, Priorities priorities) {}

    /// @param replicas pickers that place requests on the pools, this one among them
    public Publication(Pools pools, Replicas replicas) {
        this(pools, replicas, null);
    }

    /// @param weights what weighted pools have, among them then those without a policy; null for the usual policy
    public Publication(Pools pools, Replicas replicas, @Nullable ScorerWeights weights) {
        this.weights = weights;
        this.pools = pools;
        this.replicas = replicas;
    }

    public Catalog catalog() {
        return catalog;
    }

    /// The gRPC ports that stand for one pool each.
    public Map<Integer, PoolId> ports() {
        return ports;
    }

    /// Publishes the resources as they are now; to be called again whenever they have changed, on any thread: one
    /// reads and publishes at a time, so that what was read last stays.
    ///
    /// @return the endpoints that are new
    public synchronized List<Endpoint> publish(Resources changing) {
        Resources resources = boundary.of(changing);
        int pickers = replicas.count(resources);
        Map<PoolId, LastGood> good = new LinkedHashMap<>();
        Set<PoolId> known = new HashSet<>();
        for (InferencePool pool : UpstreamKinds.pools(resources)) {
            PoolId id = id(pool);
            known.add(id);
            try {
                List<PublishedModel> models = Models.publishedIn(id, resources);
                good.put(
                        id,
                        new LastGood(
                                Endpoints.of(pool, resources, models, weights).withReplicas(pickers),
                                models,
                                UpstreamKinds.rewrites(id, resources.all(ModelRewrite.class)),
                                QueueSettings.priorities(id, resources)));
                complaints.remove(id);
            } catch (RuntimeException | Error bad) {
                keepLastGood(id, bad, good);
            }
        }
        complaints.keySet().retainAll(known);
        lastGood = good;
        ports = PickerPorts.of(resources);
        List<Endpoint> joined =
                pools.replaceAll(good.values().stream().map(LastGood::spec).toList());
        catalog = new Catalog(
                each(good, LastGood::models), each(good, LastGood::rewrites), each(good, LastGood::priorities));
        return joined;
    }

    private static <T> Map<PoolId, T> each(Map<PoolId, LastGood> good, Function<LastGood, T> part) {
        return good.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> part.apply(entry.getValue())));
    }

    /// Each resource could be read alone, and together they cannot: that must not stop the other pools' news.
    private void keepLastGood(PoolId id, Throwable bad, Map<PoolId, LastGood> to) {
        String cause = bad.toString();
        if (!cause.equals(complaints.put(id, cause))) {
            LOG.atWarn()
                    .addKeyValue("pool", id)
                    .setCause(bad)
                    .log("The pool cannot be published and stays as it was: correct its resources");
        }
        LastGood good = lastGood.get(id);
        if (good != null) {
            to.put(id, good);
        }
    }

    static PoolId id(InferencePool pool) {
        return new PoolId(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
    }
}
