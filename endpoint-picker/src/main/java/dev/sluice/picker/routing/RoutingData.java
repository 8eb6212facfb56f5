package dev.sluice.picker.routing;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.routing.placement.Knowledge;
import java.util.function.Supplier;

/// What requests are routed by, as it is now.
///
/// @param catalog the models that are published now
public record RoutingData(Pools pools, Supplier<Catalog> catalog, Knowledge knowledge) {}
