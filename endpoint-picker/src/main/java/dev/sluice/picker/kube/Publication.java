package dev.sluice.picker.kube;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns resources into what requests see: the pools and the catalog, each swapped whole.
public final class Publication {
    private final Pools pools;
    private volatile Catalog catalog = Catalog.EMPTY;

    public Publication(Pools pools) {
        this.pools = pools;
    }

    public Catalog catalog() {
        return catalog;
    }

    /// Publishes the resources as they are now; to be called again whenever they have changed, on any thread: one reads
    /// and publishes at a time, so that what was read last stays.
    ///
    /// @return the endpoints that are new
    public synchronized List<Endpoint> publish(Resources resources) {
        List<Pools.PoolSpec> specs = new ArrayList<>();
        Map<PoolId, List<PublishedModel>> models = new HashMap<>();
        for (InferencePool pool : resources.inferencePools()) {
            PoolId id = id(pool);
            List<PublishedModel> published = Models.publishedIn(id, resources.inferenceModels());
            models.put(id, published);
            specs.add(Endpoints.of(pool, resources, Models.base(published)));
        }
        List<Endpoint> joined = pools.replaceAll(specs);
        catalog = new Catalog(models);
        return joined;
    }

    static PoolId id(InferencePool pool) {
        return new PoolId(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
    }
}
