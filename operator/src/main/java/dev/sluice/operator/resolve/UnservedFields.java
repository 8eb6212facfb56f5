package dev.sluice.operator.resolve;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sluice.api.ApiDuration;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeader;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPHeaderMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPQueryParamMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteFilter;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatch;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteTimeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds what a route asks for and Sluice does not serve, by its field. A route is served whole or not at all: one
/// that lost a part would do something that nobody asked for.
final class UnservedFields {

    private static final Set<String> RULE_FILTERS =
            Set.of("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "RequestMirror");
    private static final Set<String> BACKEND_FILTERS = Set.of("RequestHeaderModifier", "ResponseHeaderModifier");

    private static final int DELETE = 0x7f;

    private final List<String> found = new ArrayList<>();

    private UnservedFields() {}

    /// A sentence that names the first such field.
    static Optional<String> firstOf(HTTPRoute route) {
        UnservedFields fields = new UnservedFields();
        List<HTTPRouteRule> rules = Resources.orEmpty(route.getSpec().getRules());
        for (int i = 0; i < rules.size(); i++) {
            fields.rule("spec.rules[" + i + "]", rules.get(i));
        }
        return fields.found.stream().findFirst();
    }

    private void rule(String field, HTTPRouteRule rule) {
        List<HTTPRouteMatch> matches = Resources.orEmpty(rule.getMatches());
        for (int i = 0; i < matches.size(); i++) {
            match(field + ".matches[" + i + "]", matches.get(i));
        }
        filters(field + ".filters", Resources.orEmpty(rule.getFilters()), RULE_FILTERS);
        List<HTTPBackendRef> backends = Resources.orEmpty(rule.getBackendRefs());
        for (int i = 0; i < backends.size(); i++) {
            filters(
                    field + ".backendRefs[" + i + "].filters",
                    Resources.orEmpty(backends.get(i).getFilters()),
                    BACKEND_FILTERS);
        }
        timeouts(field + ".timeouts", rule.getTimeouts());
        if (rule.getRetry() != null) {
            found.add(field + ".retry is not served");
        }
        if (rule.getSessionPersistence() != null) {
            found.add(field + ".sessionPersistence is not served");
        }
    }

    private void match(String field, HTTPRouteMatch match) {
        if (match.getPath() != null) {
            pattern(field + ".path", match.getPath().getType(), match.getPath().getValue());
        }
        for (HTTPHeaderMatch header : Resources.orEmpty(match.getHeaders())) {
            pattern(field + ".headers[" + header.getName() + "]", header.getType(), header.getValue());
        }
        for (HTTPQueryParamMatch parameter : Resources.orEmpty(match.getQueryParams())) {
            pattern(field + ".queryParams[" + parameter.getName() + "]", parameter.getType(), parameter.getValue());
        }
    }

    /// Envoy's regular expressions are RE2's; it would refuse all of a configuration for a bad one.
    private void pattern(String field, @Nullable String type, @Nullable String value) {
        if ("RegularExpression".equals(type) && value != null) {
            try {
                Pattern.compile(value);
            } catch (PatternSyntaxException bad) {
                found.add(field + ".value is no regular expression: " + bad.getMessage());
            }
        }
    }

    private void filters(String field, List<HTTPRouteFilter> filters, Set<String> served) {
        for (int i = 0; i < filters.size(); i++) {
            HTTPRouteFilter filter = filters.get(i);
            String at = field + "[" + i + "]";
            if (!served.contains(filter.getType())) {
                found.add(at + ".type: " + filter.getType() + " is not served here");
            }
            headers(at + ".requestHeaderModifier", filter.getRequestHeaderModifier());
            headers(at + ".responseHeaderModifier", filter.getResponseHeaderModifier());
        }
    }

    private void headers(String field, @Nullable HTTPHeaderFilter filter) {
        if (filter != null) {
            values(field + ".set", Resources.orEmpty(filter.getSet()));
            values(field + ".add", Resources.orEmpty(filter.getAdd()));
        }
    }

    /// The schema lets everything through; Envoy would refuse all of a configuration for a line feed.
    private void values(String field, List<HTTPHeader> headers) {
        for (HTTPHeader header : headers) {
            if (header.getValue().chars().anyMatch(UnservedFields::isControl)) {
                found.add(field + "[" + header.getName() + "].value has a control character");
            }
        }
    }

    private static boolean isControl(int character) {
        return character != '\t' && (character < ' ' || character == DELETE);
    }

    private void timeouts(String field, @Nullable HTTPRouteTimeouts timeouts) {
        if (timeouts != null) {
            duration(field + ".request", timeouts.getRequest());
            duration(field + ".backendRequest", timeouts.getBackendRequest());
        }
    }

    private void duration(String field, @Nullable String value) {
        if (value != null) {
            try {
                ApiDuration.parse(value);
            } catch (IllegalArgumentException bad) {
                found.add(field + ": " + bad.getMessage());
            }
        }
    }
}
