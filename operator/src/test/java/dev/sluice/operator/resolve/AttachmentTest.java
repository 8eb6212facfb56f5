package dev.sluice.operator.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.YamlResources;
import dev.sluice.operator.resolve.Acceptance.Accepted;
import dev.sluice.operator.resolve.Acceptance.Cause;
import dev.sluice.operator.resolve.Acceptance.Refused;
import dev.sluice.operator.resolve.resources.Installation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttachmentTest {

    private static final String NAMESPACES = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: ml, labels: {team: ml, tier: gold}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: guests, labels: {team: guests}}
            ---
            """;

    private static ResolvedGateway gateway(String listeners, String routes) {
        return Resolver.resolve(
                        YamlResources.parse("""
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata: {name: gateway, namespace: ml}
                        spec: {gatewayClassName: sluice, listeners: [%s]}
                        ---
                        """.formatted(listeners) + NAMESPACES + routes), Installation.defaults())
                .getFirst();
    }

    private static String route(String namespace, String parents, String rest) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: route, namespace: %s}
                spec: {parentRefs: [%s]%s}
                ---
                """.formatted(namespace, parents, rest);
    }

    private static Acceptance acceptance(String listeners, String route) {
        return gateway(listeners, route).parents().getFirst().acceptance();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: gateway}                                   | http other",
                "{name: gateway, sectionName: http}                | http",
                "{name: gateway, port: 81}                         | other",
                "{name: gateway, sectionName: other, port: 81}     | other",
                "{name: gateway, sectionName: http, port: 81}      | ''",
                "{name: gateway, sectionName: nowhere}             | ''",
                "{name: gateway, port: 82}                         | ''",
            })
    void attachesToTheListenersThatAParentRefNames(String parent, String names) {
        Acceptance acceptance = acceptance(
                "{name: http, protocol: HTTP, port: 80}, {name: other, protocol: HTTP, port: 81}",
                route("ml", parent, ""));
        if (names.isEmpty()) {
            assertThat(acceptance)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.NO_MATCHING_PARENT));
        } else {
            assertThat(acceptance).isEqualTo(new Accepted(List.of(names.split(" "))));
        }
    }

    @Test
    void parentRefsOfOtherThingsAreNotOurs() {
        assertThat(gateway(
                                "{name: http, protocol: HTTP, port: 80}",
                                route("ml", "{name: other}, {name: gateway, kind: Service, group: ''}", ""))
                        .parents())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{from: Same}                                                                                | true  | false",
                "{from: All}                                                                                 | true  | true",
                "{from: None}                                                                                | false | false",
                "{from: Selector, selector: {matchLabels: {team: guests}}}                                   | false | true",
                "{from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: ml}}}                | true  | false",
                "{from: Selector, selector: {matchExpressions: [{key: team, operator: In, values: [ml]}]}}   | true  | false",
                "{from: Selector, selector: {matchExpressions: [{key: tier, operator: Exists}]}}             | true  | false",
                "{from: Selector, selector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}}       | false | true",
                "{from: Selector, selector: {matchExpressions: [{key: team, operator: NotIn, values: [x]}]}} | true  | true",
                "{from: Selector, selector: {}}                                                              | true  | true",
            })
    void takesRoutesFromTheNamespacesThatAreAllowed(String namespaces, boolean own, boolean guests) {
        String listener =
                "{name: http, protocol: HTTP, port: 80, allowedRoutes: {namespaces: %s}}".formatted(namespaces);
        assertThat(acceptance(listener, route("ml", "{name: gateway}", "")) instanceof Accepted)
                .isEqualTo(own);
        Acceptance guest = acceptance(listener, route("guests", "{name: gateway, namespace: ml}", ""));
        assertThat(guest instanceof Accepted).isEqualTo(guests);
        if (!guests) {
            assertThat(guest)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.cause()).isEqualTo(Cause.NOT_ALLOWED_BY_LISTENERS));
        }
    }

    @Test
    void needsAHostnameInCommon() {
        String listeners = "{name: a, protocol: HTTP, port: 80, hostname: a.example.org}, "
                + "{name: any, protocol: HTTP, port: 81, hostname: '*.example.org'}";
        assertThat(acceptance(listeners, route("ml", "{name: gateway}", ", hostnames: [b.example.org]")))
                .isEqualTo(new Accepted(List.of("any")));
        assertThat(acceptance(listeners, route("ml", "{name: gateway}", ", hostnames: [example.com]")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.cause()).isEqualTo(Cause.NO_MATCHING_LISTENER_HOSTNAME));
    }

    @Test
    void waitsAtAListenerWhoseCertificateIsMissing() {
        ResolvedGateway gateway = gateway(
                "{name: https, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: none}]}}",
                route("ml", "{name: gateway}", ""));
        assertThat(gateway.parents().getFirst().isAccepted()).isTrue();
        assertThat(gateway.listeners().getFirst().routes()).hasSize(1);
    }

    @Test
    void doesNotAttachToListenersAtOdds() {
        String twins = "{name: a, protocol: HTTP, port: 80}, {name: b, protocol: HTTP, port: 80}";
        ResolvedGateway gateway = gateway(twins, route("ml", "{name: gateway}", ""));
        assertThat(gateway.parents().getFirst().isAccepted()).isFalse();
        assertThat(gateway.listeners())
                .allSatisfy(listener -> assertThat(listener.routes()).isEmpty());
    }

    @Test
    void comesOnceToAListenerThatItNamesTwice() {
        ResolvedGateway gateway = gateway(
                "{name: http, protocol: HTTP, port: 80}",
                route("ml", "{name: gateway}, {name: gateway, sectionName: http}", ""));
        assertThat(gateway.parents()).hasSize(2);
        assertThat(gateway.listeners().getFirst().routes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 80}}}]} | ''",
                "{filters: [{type: URLRewrite}, {type: CORS}]}              | spec.rules[0].filters[1].type: CORS",
                "{filters: [{type: ExtensionRef}]}                          | spec.rules[0].filters[0].type: ExtensionRef",
                "{backendRefs: [{name: a, port: 80, filters: [{type: RequestHeaderModifier}]}]} | ''",
                "{backendRefs: [{name: a, port: 80, filters: [{type: URLRewrite}]}]} | spec.rules[0].backendRefs[0].filters[0].type: URLRewrite",
                "{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: h, value: \"a\\tb\"}]}}]} | ''",
                "{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: h, value: \"a\\nb\"}]}}]} | spec.rules[0].filters[0].requestHeaderModifier.set[h]",
                "{filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: h, value: \"a\\0\"}]}}]} | spec.rules[0].filters[0].responseHeaderModifier.add[h]",
                "{retry: {attempts: 2}}                                     | spec.rules[0].retry",
                "{sessionPersistence: {sessionName: s}}                     | spec.rules[0].sessionPersistence",
                "{timeouts: {request: 10s}}                                 | ''",
                "{timeouts: {backendRequest: soon}}                         | spec.rules[0].timeouts.backendRequest",
                "{matches: [{path: {type: RegularExpression, value: '/v[0-9]+'}}]} | ''",
                "{matches: [{path: {type: RegularExpression, value: '/v(?=1)'}}]}  | spec.rules[0].matches[0].path",
                "{matches: [{headers: [{name: h, type: RegularExpression, value: '('}]}]} | spec.rules[0].matches[0].headers[h]",
                "{matches: [{queryParams: [{name: q, type: RegularExpression, value: '*'}]}]} | spec.rules[0].matches[0].queryParams[q]",
            })
    void namesTheFieldThatSluiceDoesNotServe(String rule, String field) {
        Acceptance acceptance = acceptance(
                "{name: http, protocol: HTTP, port: 80}", route("ml", "{name: gateway}", ", rules: [" + rule + "]"));
        if (field.isEmpty()) {
            assertThat(acceptance).isInstanceOf(Accepted.class);
        } else {
            assertThat(acceptance).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.cause()).isEqualTo(Cause.UNSUPPORTED_VALUE);
                assertThat(refused.message()).startsWith(field);
            });
        }
    }
}
