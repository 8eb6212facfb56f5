package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Action.Redirect;
import dev.sluice.operator.plan.Plan.Header;
import dev.sluice.operator.plan.Plan.HeaderChange;
import dev.sluice.operator.plan.Plan.Headers;
import dev.sluice.operator.plan.Plan.Match;
import dev.sluice.operator.plan.Plan.PathChange;
import dev.sluice.operator.plan.Plan.PathKind;
import dev.sluice.operator.plan.Plan.Rewrite;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeader;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathModifier;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestMirrorFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestRedirectFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPURLRewriteFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The filters of a rule or of one of its backends.
sealed interface Filters {

    /// The filters' effects on a request and its response.
    record SupportedFilters(
            Headers headers,
            @Nullable HTTPRequestRedirectFilter redirect,
            @Nullable HTTPURLRewriteFilter rewrite,
            List<HTTPRequestMirrorFilter> mirrors)
            implements Filters {}

    /// A filter among them is not served; leaving it out would be worse than refusing the request.
    record UnsupportedFilter(String type) implements Filters {}

    /// By these the gateway and its pickers say where a request goes: no filter may forge or lose them. A request's
    /// host is changed by a URL rewrite.
    Set<String> RESERVED =
            Set.of("x-gateway-destination-endpoint", "x-gateway-destination-endpoint-served", "x-sluice-pool", "host");

    static Filters of(@Nullable List<HTTPRouteFilter> filters) {
        HeaderChange request = HeaderChange.NONE;
        HeaderChange response = HeaderChange.NONE;
        HTTPRequestRedirectFilter redirect = null;
        HTTPURLRewriteFilter rewrite = null;
        List<HTTPRequestMirrorFilter> mirrors = new ArrayList<>();
        for (HTTPRouteFilter filter : filters == null ? List.<HTTPRouteFilter>of() : filters) {
            switch (Objects.requireNonNullElse(filter.getType(), "")) {
                case "RequestHeaderModifier" -> request = change(filter.getRequestHeaderModifier());
                case "ResponseHeaderModifier" -> response = change(filter.getResponseHeaderModifier());
                case "RequestRedirect" -> redirect = filter.getRequestRedirect();
                case "URLRewrite" -> rewrite = filter.getUrlRewrite();
                case "RequestMirror" -> mirrors.add(filter.getRequestMirror());
                default -> {
                    return new UnsupportedFilter(filter.getType());
                }
            }
        }
        return new SupportedFilters(new Headers(request, response), redirect, rewrite, List.copyOf(mirrors));
    }

    static Rewrite rewrite(@Nullable HTTPURLRewriteFilter filter, Match match) {
        return filter == null ? Rewrite.NONE : new Rewrite(filter.getHostname(), path(filter.getPath(), match));
    }

    /// @param scheme of the listener that the request came to
    /// @param port the one that clients connect to
    static Redirect redirect(HTTPRequestRedirectFilter filter, Match match, String scheme, int port) {
        String newScheme = Objects.requireNonNullElse(filter.getScheme(), scheme);
        return new Redirect(
                filter.getScheme(),
                filter.getHostname(),
                port(filter, newScheme, scheme, port),
                path(filter.getPath(), match),
                Objects.requireNonNullElse(filter.getStatusCode(), 302));
    }

    /// Without a port the new scheme's own is meant, or without a new scheme the listener's. A location names it
    /// only where its scheme does not say it already; null leaves it to the host, which the client gave without one
    /// if the listener has a well-known port.
    private static @Nullable Integer port(
            HTTPRequestRedirectFilter filter, String newScheme, String listenerScheme, int listenerPort) {
        int port = filter.getPort() != null
                ? filter.getPort()
                : filter.getScheme() != null ? wellKnown(newScheme) : listenerPort;
        boolean hostHasNoPort = filter.getHostname() != null || listenerPort == wellKnown(listenerScheme);
        return port == wellKnown(newScheme) && hostHasNoPort ? null : port;
    }

    private static int wellKnown(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /// A prefix can only be replaced where one was matched, which the schema demands.
    private static @Nullable PathChange path(@Nullable HTTPPathModifier path, Match match) {
        if (path == null) {
            return null;
        }
        if ("ReplaceFullPath".equals(path.getType())) {
            return new PathChange.Full(Objects.requireNonNullElse(path.getReplaceFullPath(), "/"));
        }
        return match.path().kind() == PathKind.PREFIX
                ? new PathChange.Prefix(
                        match.path().value(), Objects.requireNonNullElse(path.getReplacePrefixMatch(), "/"))
                : null;
    }

    private static HeaderChange change(@Nullable HTTPHeaderFilter filter) {
        return filter == null
                ? HeaderChange.NONE
                : new HeaderChange(
                        headers(filter.getSet()),
                        headers(filter.getAdd()),
                        filter.getRemove() == null
                                ? List.of()
                                : filter.getRemove().stream()
                                        .filter(Filters::isFree)
                                        .toList());
    }

    private static List<Header> headers(@Nullable List<HTTPHeader> headers) {
        return headers == null
                ? List.of()
                : headers.stream()
                        .filter(header -> isFree(header.getName()))
                        .map(header -> new Header(header.getName(), header.getValue()))
                        .toList();
    }

    private static boolean isFree(String name) {
        return !RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }
}
