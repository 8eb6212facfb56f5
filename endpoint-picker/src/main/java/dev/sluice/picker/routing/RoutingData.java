package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.routing.placement.Knowledge;
import java.util.function.Supplier;

/// The live data of routing: pools, published models, and what earlier requests have taught.
///
/// @param catalog the models that are published now
public record RoutingData(Pools pools, Supplier<Catalog> catalog, Knowledge knowledge) {}
