package dev.sluice.operator.status;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClassStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClassStatusBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SupportedFeature;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The status of GatewayClasses.
record ClassReport(Conditions conditions) {

    /// By the names of Gateway API's conformance tests, in the order that the API demands.
    private static final List<SupportedFeature> FEATURES = Stream.of(
                    "Gateway",
                    "GatewayHTTPListenerIsolation",
                    "GatewayHTTPSListenerDetectMisdirectedRequests",
                    "GatewayPort8080",
                    "HTTPRoute",
                    "HTTPRoute303RedirectStatusCode",
                    "HTTPRoute307RedirectStatusCode",
                    "HTTPRoute308RedirectStatusCode",
                    "HTTPRouteBackendProtocolH2C",
                    "HTTPRouteBackendProtocolWebSocket",
                    "HTTPRouteBackendRequestHeaderModification",
                    "HTTPRouteBackendTimeout",
                    "HTTPRouteDestinationPortMatching",
                    "HTTPRouteHostRewrite",
                    "HTTPRouteMethodMatching",
                    "HTTPRouteNamedRouteRule",
                    "HTTPRouteParentRefPort",
                    "HTTPRoutePathRedirect",
                    "HTTPRoutePathRewrite",
                    "HTTPRoutePortRedirect",
                    "HTTPRouteQueryParamMatching",
                    "HTTPRouteRequestMirror",
                    "HTTPRouteRequestMultipleMirrors",
                    "HTTPRouteRequestPercentageMirror",
                    "HTTPRouteRequestTimeout",
                    "HTTPRouteResponseHeaderModification",
                    "HTTPRouteSchemeRedirect",
                    "ReferenceGrant")
            .map(SupportedFeature::new)
            .toList();

    GatewayClassStatus of(GatewayClass resource) {
        GatewayClassStatus old = resource.getStatus();
        return new GatewayClassStatusBuilder(old == null ? new GatewayClassStatus() : old)
                .withConditions(
                        conditions.merge(old == null ? null : old.getConditions(), findings(resource), resource))
                .withSupportedFeatures(FEATURES)
                .build();
    }

    private static List<Finding> findings(GatewayClass resource) {
        @Nullable Object parameters = resource.getSpec().getParametersRef();
        return List.of(
                parameters == null
                        ? Finding.holds(Conditions.ACCEPTED, "Accepted", "Sluice runs the Gateways of this class")
                        : Finding.fails(
                                Conditions.ACCEPTED,
                                "InvalidParameters",
                                "spec.parametersRef: Sluice reads no parameters of a class; remove it"));
    }
}
