package dev.sluice.operator.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.PemPairs;
import dev.sluice.operator.YamlResources;
import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.ResolvedGateway.RouteKinds;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resolution;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerResolverTest {

    private static final PemPairs PAIR = PemPairs.traditional("EC");

    private static final String HTTPS = "{name: https, protocol: HTTPS, port: 443, tls: {certificateRefs: [%s]}}";

    private static final String GRANT = """
            apiVersion: gateway.networking.k8s.io/v1beta1
            kind: ReferenceGrant
            metadata: {name: grant, namespace: %s}
            spec:
              from: [{group: %s, kind: %s, namespace: %s}]
              to: [{group: "%s", kind: %s, name: %s}]
            ---
            """;

    private static List<ResolvedListener> listeners(String listeners, String more) {
        return Resolver.resolve(YamlResources.parse("""
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata: {name: gateway, namespace: ml}
                        spec: {gatewayClassName: sluice, listeners: [%s]}
                        ---
                        """.formatted(listeners) + more), Installation.defaults())
                .getFirst()
                .listeners();
    }

    private static ResolvedListener https(String ref, String more) {
        return listeners(HTTPS.formatted(ref), more).getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void presentsCertificatesWithKeysInEitherForm(String algorithm) {
        for (PemPairs pair : List.of(PemPairs.traditional(algorithm), PemPairs.pkcs8(algorithm))) {
            assertThat(https("{name: cert}", pair.secret("ml", "cert")).certificates())
                    .isEqualTo(new Resolution.Complete<>(List.of(new TlsKeyPair("ml/cert", pair.chain(), pair.key()))));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: other}                               | no Secret ml/other of type kubernetes.io/tls exists",
                "{name: cert, kind: WrongKind}               | certificates of kind WrongKind in group '' are not read; name a Secret of the core group",
                "{name: cert, group: wrong.example.org}      | certificates of kind Secret in group 'wrong.example.org' are not read; name a Secret of the core group",
                "''                                          | an HTTPS listener needs a Secret of type kubernetes.io/tls",
            })
    void namesTheReferenceThatLeadsNowhere(String ref, String reason) {
        ResolvedListener listener = https(ref, PAIR.secret("ml", "cert"));
        assertThat(listener.fault()).isEqualTo(ListenerFault.INVALID_CERTIFICATE_REF);
        assertThat(listener.certificates().toString()).contains(reason).contains("tls.certificateRefs");
    }

    @Test
    void refusesWhatEnvoyWouldRefuse() {
        PemPairs garbage = new PemPairs("Hello world", "Hello world");
        assertThat(https("{name: cert}", garbage.secret("ml", "cert"))
                        .certificates()
                        .toString())
                .contains("tls.crt holds no certificate");
        assertThat(https("{name: cert}", new PemPairs(PAIR.chain(), "Hello world").secret("ml", "cert"))
                        .certificates()
                        .toString())
                .contains("tls.key holds no private key");
        assertThat(https("{name: cert}", PAIR.withKeyOf(PemPairs.pkcs8("EC")).secret("ml", "cert"))
                        .certificates()
                        .toString())
                .contains("the key in tls.key is not the one that tls.crt certifies");
        assertThat(https("{name: cert}", PAIR.withKeyOf(PemPairs.pkcs8("RSA")).secret("ml", "cert"))
                        .fault())
                .isEqualTo(ListenerFault.INVALID_CERTIFICATE_REF);
    }

    @Test
    void oneBadCertificateSpoilsTheListener() {
        assertThat(https("{name: cert}, {name: other}", PAIR.secret("ml", "cert"))
                        .certificates()
                        .toString())
                .contains("tls.certificateRefs[1]");
    }

    @ParameterizedTest
    @CsvSource({
        "certs, gateway.networking.k8s.io, Gateway,   ml,    '', Secret,  cert,  true",
        "other, gateway.networking.k8s.io, Gateway,   ml,    '', Secret,  cert,  false",
        "certs, example.org,               Gateway,   ml,    '', Secret,  cert,  false",
        "certs, gateway.networking.k8s.io, HTTPRoute, ml,    '', Secret,  cert,  false",
        "certs, gateway.networking.k8s.io, Gateway,   other, '', Secret,  cert,  false",
        "certs, gateway.networking.k8s.io, Gateway,   ml,    x,  Secret,  cert,  false",
        "certs, gateway.networking.k8s.io, Gateway,   ml,    '', Service, cert,  false",
        "certs, gateway.networking.k8s.io, Gateway,   ml,    '', Secret,  other, false",
    })
    void certificatesOfOtherNamespacesNeedAGrantThatFitsInAllParts(
            String in,
            String fromGroup,
            String fromKind,
            String from,
            String toGroup,
            String toKind,
            String name,
            boolean granted) {
        String grant = GRANT.formatted(in, fromGroup, fromKind, from, toGroup, toKind, name);
        assertThat(https("{name: cert, namespace: certs}", PAIR.secret("certs", "cert") + grant)
                        .fault())
                .isEqualTo(granted ? null : ListenerFault.REF_NOT_PERMITTED);
    }

    @Test
    void aGrantWithoutANameIsForAll() {
        String grant = GRANT.formatted("certs", "gateway.networking.k8s.io", "Gateway", "ml", "", "Secret", "x")
                .replace(", name: x", "");
        assertThat(https("{name: cert, namespace: certs}", PAIR.secret("certs", "cert") + grant)
                        .fault())
                .isNull();
    }

    @Test
    void servesTlsOnlyWhereItEnds() {
        ResolvedListener passing = listeners("{name: a, protocol: HTTPS, port: 443, tls: {mode: Passthrough}}", "")
                .getFirst();
        assertThat(passing.fault()).isEqualTo(ListenerFault.UNSUPPORTED_VALUE);
        assertThat(passing.certificates().toString()).contains("tls.mode");
    }

    @Test
    void letsNobodyInWhereClientsCertificatesWouldHaveToBeVerified() {
        List<ResolvedListener> listeners = Resolver.resolve(
                        YamlResources.parse("""
                                apiVersion: gateway.networking.k8s.io/v1
                                kind: Gateway
                                metadata: {name: gateway, namespace: ml}
                                spec:
                                  gatewayClassName: sluice
                                  listeners: [%s, {name: http, protocol: HTTP, port: 80}]
                                  tls: {frontend: {default: {validation: {caCertificateRefs: [{group: "", kind: ConfigMap, name: ca}]}}}}
                                ---
                                """.formatted(HTTPS.formatted("{name: cert}")) + PAIR.secret("ml", "cert")),
                        Installation.defaults())
                .getFirst()
                .listeners();
        assertThat(listeners.getFirst().fault()).isEqualTo(ListenerFault.UNSUPPORTED_VALUE);
        assertThat(listeners.getFirst().certificates().toString()).contains("spec.tls.frontend");
        assertThat(listeners.getLast().fault()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "80, HTTP,  -,             80, HTTP,  -,             HOSTNAME_CONFLICT",
                "80, HTTP,  a.example.org, 80, HTTP,  a.example.org, HOSTNAME_CONFLICT",
                "80, HTTP,  a.example.org, 80, HTTP,  b.example.org, -",
                "80, HTTP,  a.example.org, 80, HTTP,  -,             -",
                "80, HTTP,  -,             81, HTTP,  -,             -",
                "80, HTTP,  a.example.org, 80, HTTPS, b.example.org, PROTOCOL_CONFLICT",
                "80, HTTP,  -,             80, TCP,   -,             -",
            })
    void ofListenersAtOddsNoneWins(
            int port,
            String protocol,
            String hostname,
            int otherPort,
            String otherProtocol,
            String other,
            ListenerFault fault) {
        List<ResolvedListener> listeners = listeners(
                spec("a", port, protocol, hostname) + ", " + spec("b", otherPort, otherProtocol, other),
                PAIR.secret("ml", "cert"));
        assertThat(listeners.getFirst().fault()).isEqualTo(fault);
        if (fault != null) {
            assertThat(listeners.getLast().fault()).isEqualTo(fault);
        }
    }

    private static String spec(String name, int port, String protocol, String hostname) {
        String tls = protocol.equals("HTTPS") ? ", tls: {certificateRefs: [{name: cert}]}" : "";
        return "{name: %s, port: %d, protocol: %s%s%s}"
                .formatted(name, port, protocol, hostname == null ? "" : ", hostname: " + hostname, tls);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: InvalidRoute}                                       | false | InvalidRoute.gateway.networking.k8s.io",
                "{kind: InvalidRoute}, {kind: HTTPRoute}                    | true  | InvalidRoute.gateway.networking.k8s.io",
                "{kind: HTTPRoute, group: example.org}                      | false | HTTPRoute.example.org",
                "{kind: HTTPRoute, group: gateway.networking.k8s.io}        | true  | ''",
            })
    void takesTheKindsOfRoutesThatItKnows(String kinds, boolean httpRoutes, String unknown) {
        ResolvedListener listener = listeners(
                        "{name: http, protocol: HTTP, port: 80, allowedRoutes: {kinds: [%s]}}".formatted(kinds), "")
                .getFirst();
        assertThat(listener.kinds())
                .isEqualTo(new RouteKinds(httpRoutes, unknown.isEmpty() ? List.of() : List.of(unknown)));
        assertThat(listener.fault()).isNull();
    }

    @Test
    void aListenerOfAnotherProtocolTakesNoRoutes() {
        ResolvedListener listener =
                listeners("{name: a, protocol: TLS, port: 443}", "").getFirst();
        assertThat(listener.fault()).isEqualTo(ListenerFault.UNSUPPORTED_PROTOCOL);
        assertThat(listener.kinds()).isEqualTo(new RouteKinds(false, List.of()));
    }
}
