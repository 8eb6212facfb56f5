package dev.sluice.operator.status;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.ResolvedGateway.RouteParent;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The uses tell which Gateways have routes to which pools.
final class PoolUses {

    /// That routes of a Gateway refer to a pool.
    ///
    /// @param accepted whether the Gateway accepts one of them
    record Use(Gateway gateway, Backend.ResolvedPool pool, boolean accepted) {}

    private final Map<String, List<Use>> byPool = new HashMap<>();
    private final Set<String> reached = new HashSet<>();

    PoolUses(List<ResolvedGateway> gateways) {
        for (ResolvedGateway gateway : gateways) {
            Map<String, Use> uses = new HashMap<>();
            for (RouteParent parent : gateway.parents()) {
                boolean accepted = parent.isAccepted();
                for (ResolvedRule rule : parent.rules()) {
                    Stream<Backend.ResolvedPool> mirrors =
                            rule.mirrors().stream().flatMap(PoolUses::pool);
                    Stream.concat(backends(rule), mirrors)
                            .forEach(pool -> uses.merge(
                                    Resources.name(pool.pool()),
                                    new Use(gateway.gateway(), pool, accepted),
                                    (one, other) -> one.accepted() ? one : other));
                    if (accepted) {
                        Stream.concat(backends(rule), rule.movable().stream())
                                .forEach(pool -> reached.add(Resources.name(pool.pool())));
                    }
                }
            }
            uses.forEach((name, use) ->
                    byPool.computeIfAbsent(name, _ -> new ArrayList<>()).add(use));
        }
    }

    /// The uses of each Gateway, in their order.
    List<Use> of(InferencePool pool) {
        return byPool.getOrDefault(Resources.name(pool), List.of());
    }

    /// Requests reach the pool through a Gateway, by a route or by a move; copies are none.
    boolean isReached(String namespace, String pool) {
        return reached.contains(namespace + "/" + pool);
    }

    private static Stream<Backend.ResolvedPool> backends(ResolvedRule rule) {
        return rule.backends().stream().flatMap(backend -> pool(backend.backend()));
    }

    private static Stream<Backend.ResolvedPool> pool(Resolution<Backend> resolution) {
        return resolution instanceof Resolution.Complete<Backend>(Backend.ResolvedPool pool)
                ? Stream.of(pool)
                : Stream.empty();
    }
}
