package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Match;
import dev.sluice.operator.plan.Plan.PathKind;
import dev.sluice.operator.plan.Plan.PathMatch;
import dev.sluice.operator.plan.Plan.Route;
import dev.sluice.operator.plan.Plan.ValueMatch;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the matches of a rule, and orders routes as Gateway API says.
final class Matches {

    /// The more specific route first; a stable sort leaves the older of two equal ones first.
    static final Comparator<Route> PRECEDENCE = Comparator.<Route, PathKind>comparing(
                    route -> route.match().path().kind())
            .thenComparingInt(route -> -route.match().path().value().length())
            .thenComparing(route -> route.match().method() == null)
            .thenComparingInt(route -> -route.match().headers().size())
            .thenComparingInt(route -> -route.match().queryParameters().size());

    private static final PathMatch ANY_PATH = new PathMatch(PathKind.PREFIX, "/");

    /// The match of every request.
    static final Match ANYTHING = new Match(ANY_PATH, null, List.of(), List.of());

    private Matches() {}

    /// The rule's matches; one that matches every request when the rule names none.
    static List<Match> of(HTTPRouteRule rule) {
        if (rule.getMatches() == null || rule.getMatches().isEmpty()) {
            return List.of(ANYTHING);
        }
        return rule.getMatches().stream().map(Matches::match).toList();
    }

    private static Match match(HTTPRouteMatch match) {
        return new Match(
                path(match.getPath()),
                match.getMethod(),
                Resources.orEmpty(match.getHeaders()).stream()
                        .map(header -> value(header.getName(), header.getType(), header.getValue()))
                        .toList(),
                Resources.orEmpty(match.getQueryParams()).stream()
                        .map(parameter -> value(parameter.getName(), parameter.getType(), parameter.getValue()))
                        .toList());
    }

    private static PathMatch path(@Nullable HTTPPathMatch path) {
        if (path == null) {
            return ANY_PATH;
        }
        String value = Objects.requireNonNullElse(path.getValue(), "/");
        return switch (Objects.requireNonNullElse(path.getType(), "PathPrefix")) {
            case "Exact" -> new PathMatch(PathKind.EXACT, value);
            case "RegularExpression" -> new PathMatch(PathKind.REGEX, value);
            default -> new PathMatch(PathKind.PREFIX, value);
        };
    }

    private static ValueMatch value(String name, @Nullable String type, String value) {
        return new ValueMatch(name, "RegularExpression".equals(type), value);
    }
}
