package dev.sluice.picker.kube;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.pool.Pools;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Turns resources into what requests see: the pools and the catalog, each swapped whole.
public final class Publication {
    private final Pools pools;
    private final AtomicReference<Catalog> catalog = new AtomicReference<>(Catalog.EMPTY);

    public Publication(Pools pools) {
        this.pools = pools;
    }

    public Catalog catalog() {
        return catalog.get();
    }

    /// Publishes the resources as they are now; to be called again whenever they have changed.
    public void publish(Resources resources) {
        List<Pools.PoolSpec> specs = new ArrayList<>();
        Map<PoolId, List<PublishedModel>> models = new HashMap<>();
        for (InferencePool pool : resources.pools()) {
            PoolId id = id(pool);
            List<PublishedModel> published = Models.publishedIn(id, resources.models());
            models.put(id, published);
            specs.add(Endpoints.of(pool, resources, Models.base(published)));
        }
        pools.replaceAll(specs);
        catalog.set(new Catalog(models));
    }

    static PoolId id(InferencePool pool) {
        return new PoolId(pool.getMetadata().getNamespace(), pool.getMetadata().getName());
    }
}
