package dev.sluice.operator.resolve;

import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.backend.Backends;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestMirrorFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Resolves the rules of routes, of each once.
final class RuleResolver {

    private final Backends backends;
    private final Moves moves;
    private final Map<String, List<ResolvedRule>> byRoute = new HashMap<>();

    RuleResolver(Backends backends, Moves moves) {
        this.backends = backends;
        this.moves = moves;
    }

    List<ResolvedRule> of(HTTPRoute route) {
        return byRoute.computeIfAbsent(
                Resources.name(route),
                _ -> Resources.orEmpty(route.getSpec().getRules()).stream()
                        .map(rule -> resolve(route, rule))
                        .toList());
    }

    private ResolvedRule resolve(HTTPRoute route, HTTPRouteRule rule) {
        List<ResolvedBackend> resolved = Resources.orEmpty(rule.getBackendRefs()).stream()
                .map(ref -> new ResolvedBackend(
                        ref, Objects.requireNonNullElse(ref.getWeight(), 1), backends.resolve(route, ref)))
                .toList();
        List<Resolution<Backend>> mirrors = Resources.orEmpty(rule.getFilters()).stream()
                .map(RuleResolver::mirror)
                .flatMap(Optional::stream)
                .map(mirror -> backends.resolve(route, mirror.getBackendRef()))
                .toList();
        return new ResolvedRule(rule, resolved, mirrors, moves.of(route, resolved));
    }

    private static Optional<HTTPRequestMirrorFilter> mirror(HTTPRouteFilter filter) {
        return "RequestMirror".equals(filter.getType())
                ? Optional.ofNullable(filter.getRequestMirror())
                : Optional.empty();
    }
}
