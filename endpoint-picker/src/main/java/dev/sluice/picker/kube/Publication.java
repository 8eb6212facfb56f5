package dev.sluice.picker.kube;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns resources into what requests see: the pools and the catalog, each swapped whole.
public final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final Pools pools;
    private final Replicas replicas;
    private final Map<PoolId, Good> lastGood = new HashMap<>();
    private volatile Catalog catalog = Catalog.EMPTY;

    /// What of a pool was published last without a fault.
    private record Good(Pools.PoolSpec spec, List<PublishedModel> models) {}

    /// @param replicas pickers that place requests on the pools, this one among them
    public Publication(Pools pools, Replicas replicas) {
        this.pools = pools;
        this.replicas = replicas;
    }

    public Catalog catalog() {
        return catalog;
    }

    /// Publishes the resources as they are now; to be called again whenever they have changed, on any thread: one
    /// reads and publishes at a time, so that what was read last stays.
    ///
    /// @return the endpoints that are new
    public synchronized List<Endpoint> publish(Resources changing) {
        Resources resources = new Listed(changing);
        int pickers = replicas.count(resources);
        List<Pools.PoolSpec> specs = new ArrayList<>();
        Map<PoolId, List<PublishedModel>> models = new HashMap<>();
        for (InferencePool pool : resources.all(InferencePool.class)) {
            PoolId id = id(pool);
            try {
                List<PublishedModel> published = Models.publishedIn(id, resources.all(InferenceModel.class));
                specs.add(Endpoints.of(pool, resources, published).withReplicas(pickers));
                models.put(id, published);
                lastGood.put(id, new Good(specs.getLast(), published));
            } catch (IllegalArgumentException bad) {
                keepLastGood(id, bad, specs, models);
            }
        }
        lastGood.keySet().retainAll(models.keySet());
        List<Endpoint> joined = pools.replaceAll(specs);
        catalog = new Catalog(models);
        return joined;
    }

    /// A schema refuses most of what cannot be read; what passes it all the same must not stop the other pools'
    /// news.
    private void keepLastGood(
            PoolId id,
            IllegalArgumentException bad,
            List<Pools.PoolSpec> specs,
            Map<PoolId, List<PublishedModel>> models) {
        LOG.atWarn()
                .addKeyValue("pool", id)
                .setCause(bad)
                .log("A resource of the pool is bad; its last good state stays");
        Good good = lastGood.get(id);
        if (good != null) {
            specs.add(good.spec());
            models.put(id, good.models());
        }
    }

    /// The resources at one moment: each kind is listed once, however many pools ask for it.
    private record Listed(Resources now, Map<Class<?>, List<?>> lists) implements Resources {
        Listed(Resources now) {
            this(now, new HashMap<>());
        }

        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            List<?> listed = lists.computeIfAbsent(kind, _ -> now.all(kind));
            return listed.stream().map(kind::cast).toList();
        }
    }

    static PoolId id(InferencePool pool) {
        return new PoolId(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
    }
}
