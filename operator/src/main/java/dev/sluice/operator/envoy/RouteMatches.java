package dev.sluice.operator.envoy;

import dev.sluice.operator.plan.Plan;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/// Matches in Envoy's words.
final class RouteMatches {

    private RouteMatches() {}

    static RouteMatch of(Plan.Match match) {
        RouteMatch.Builder route = RouteMatch.newBuilder();
        path(match.path(), route);
        if (match.method() != null) {
            route.addHeaders(header(":method", exact(match.method())));
        }
        match.headers().forEach(header -> route.addHeaders(header(header.name(), string(header))));
        match.queryParameters()
                .forEach(parameter -> route.addQueryParameters(QueryParameterMatcher.newBuilder()
                        .setName(parameter.name())
                        .setStringMatch(string(parameter))));
        return route.build();
    }

    /// The same requests, if they ask to become a WebSocket.
    static RouteMatch webSocket(Plan.Match match) {
        StringMatcher webSocket = StringMatcher.newBuilder()
                .setExact("websocket")
                .setIgnoreCase(true)
                .build();
        return of(match).toBuilder().addHeaders(header("upgrade", webSocket)).build();
    }

    /// The same requests, once a picker has moved them to this pool.
    static RouteMatch moved(Plan.Match match, String pool) {
        return of(match).toBuilder()
                .addHeaders(header(Metadata.POOL, exact(pool)))
                .build();
    }

    /// Gateway API's prefixes are of whole path elements: `/v1` is one of `/v1/models`, not of `/v10`.
    private static void path(Plan.PathMatch path, RouteMatch.Builder route) {
        switch (path.kind()) {
            case EXACT -> route.setPath(path.value());
            case REGEX -> route.setSafeRegex(regex(path.value()));
            case PREFIX -> {
                String prefix = path.value().endsWith("/")
                        ? path.value().substring(0, path.value().length() - 1)
                        : path.value();
                if (prefix.isEmpty()) {
                    route.setPrefix("/");
                } else {
                    route.setPathSeparatedPrefix(prefix);
                }
            }
        }
    }

    private static HeaderMatcher header(String name, StringMatcher value) {
        return HeaderMatcher.newBuilder().setName(name).setStringMatch(value).build();
    }

    private static StringMatcher string(Plan.ValueMatch match) {
        return match.regex()
                ? StringMatcher.newBuilder().setSafeRegex(regex(match.value())).build()
                : exact(match.value());
    }

    private static StringMatcher exact(String value) {
        return StringMatcher.newBuilder().setExact(value).build();
    }

    private static RegexMatcher regex(String regex) {
        return RegexMatcher.newBuilder().setRegex(regex).build();
    }
}
