package dev.sluice.picker.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongBiFunction;

/// The status page has what the operator writes into the status of pools and models: ready endpoints,
/// saturation, and what each target of each model has and got, and what servers list where that is asked.
final class StatusPage {
    private static final double PERCENT = 100;
    /// A server may have thousands of adapters.
    private static final int MOST_NAMES = 50;

    private StatusPage() {}

    /// @param requests how many were placed since the start
    static String of(Pools pools, Catalog catalog, ToLongBiFunction<PoolId, Target> requests) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode list = root.putArray("pools");
        pools.all().values().stream()
                .sorted(Comparator.comparing(pool -> pool.id().toString()))
                .forEach(pool -> add(list.addObject(), pool, catalog, requests));
        return root.toPrettyString() + "\n";
    }

    private static void add(
            ObjectNode node, PoolSnapshot pool, Catalog catalog, ToLongBiFunction<PoolId, Target> requests) {
        node.put("namespace", pool.id().namespace());
        node.put("name", pool.id().name());
        node.put("endpoints", pool.serving(null));
        node.put("saturation", Math.round(pool.saturation() * PERCENT) / PERCENT);
        List<String> listed = pool.listedModels();
        if (!listed.isEmpty()) {
            ArrayNode serves = node.putArray("serves");
            listed.stream().limit(MOST_NAMES).forEach(serves::add);
        }
        ArrayNode models = node.putArray("models");
        for (PublishedModel model : catalog.models(pool.id())) {
            ObjectNode shown = models.addObject();
            shown.put("name", model.name().value());
            ArrayNode targets = shown.putArray("targets");
            for (WeightedTarget way : model.targets()) {
                String served = way.served().value();
                long endpoints = way.adapter() == null
                        ? pool.servingBase(served)
                        : pool.serving(way.adapter().value());
                targets.addObject()
                        .put("target", served)
                        .put("endpoints", endpoints)
                        .put("requests", requests.applyAsLong(pool.id(), model.target(way)));
            }
        }
    }
}
