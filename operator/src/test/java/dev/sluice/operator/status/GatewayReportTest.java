package dev.sluice.operator.status;

import static dev.sluice.operator.status.Cluster.brief;
import static dev.sluice.operator.status.Cluster.find;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.status.Observed.GatewayState;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClassStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ListenerStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SupportedFeature;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayReportTest {

    private static String gateway(String spec) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: gateway, namespace: ml, generation: 3}
                spec: {gatewayClassName: sluice, %s}
                ---
                """.formatted(spec);
    }

    private static GatewayStatus status(Cluster cluster) {
        return cluster.report().of(cluster.get(Gateway.class, "gateway"));
    }

    private static ListenerStatus listener(String listener) {
        return status(Cluster.of(gateway("listeners: [" + listener + "]")).withGateway(Cluster.UP))
                .getListeners()
                .getFirst();
    }

    @Test
    void aGatewayWhoseEnvoyIsReadyIsProgrammed() {
        GatewayStatus status = status(Cluster.of(Cluster.GATEWAY + Cluster.route("a", "{name: gateway}"))
                .withGateway(new GatewayState(List.of("10.0.0.9", "fd00::9", "lb.example.org"), 2, null)));
        assertThat(brief(status.getConditions()))
                .containsExactly("Accepted=True/Accepted", "Programmed=True/Programmed");
        assertThat(status.getConditions()).allSatisfy(condition -> {
            assertThat(condition.getObservedGeneration()).isEqualTo(3);
            assertThat(condition.getLastTransitionTime()).isEqualTo(Cluster.NOW);
        });
        assertThat(status.getAddresses())
                .extracting(address -> address.getType() + " " + address.getValue())
                .containsExactly("IPAddress 10.0.0.9", "IPAddress fd00::9", "Hostname lb.example.org");
        ListenerStatus listener = status.getListeners().getFirst();
        assertThat(brief(listener.getConditions()))
                .containsExactly(
                        "Accepted=True/Accepted",
                        "Conflicted=False/NoConflicts",
                        "ResolvedRefs=True/ResolvedRefs",
                        "Programmed=True/Programmed");
        assertThat(listener.getAttachedRoutes()).isEqualTo(1);
        assertThat(listener.getSupportedKinds())
                .extracting(kind -> kind.getGroup() + "/" + kind.getKind())
                .containsExactly("gateway.networking.k8s.io/HTTPRoute");
    }

    @Test
    void saysWhatAGatewayWaitsFor() {
        Cluster cluster = Cluster.of(Cluster.GATEWAY);
        assertThat(brief(status(cluster).getConditions())).contains("Programmed=False/Pending");
        assertThat(brief(status(cluster.withGateway(new GatewayState(List.of("10.0.0.9"), 0, null)))
                        .getConditions()))
                .contains("Programmed=False/Pending");
        assertThat(brief(status(cluster.withGateway(new GatewayState(List.of(), 1, null)))
                        .getConditions()))
                .contains("Programmed=False/AddressNotAssigned");
        assertThat(brief(status(cluster).getListeners().getFirst().getConditions()))
                .contains("Accepted=True/Accepted", "Programmed=False/Pending");
    }

    @Test
    void passesOnWhatEnvoySaysOfAConfigurationThatItRefuses() {
        GatewayStatus status = status(Cluster.of(Cluster.GATEWAY)
                .withGateway(new GatewayState(List.of("10.0.0.9"), 1, "route: no such cluster")));
        assertThat(brief(status.getConditions())).contains("Accepted=True/Accepted", "Programmed=False/Invalid");
        assertThat(find(status.getConditions(), "Programmed").getMessage()).contains("no such cluster");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "infrastructure: {parametersRef: {group: x.io, kind: X, name: x}}   | InvalidParameters",
                "infrastructure: {parametersRef: {group: inference.sluice.dev, kind: GatewayParameters, name: x}} | InvalidParameters",
                "addresses: [{value: 10.0.0.1}]                                     | UnsupportedAddress",
                "addresses: [{type: test/fake, value: x}]                           | UnsupportedAddress",
                "addresses: [{type: IPAddress}]                                     | ''",
                "infrastructure: {labels: {a: b}}                                   | ''",
            })
    void refusesWhatAGatewayAsksForInVain(String spec, String reason) {
        List<String> conditions =
                brief(status(Cluster.of(gateway(spec + ", listeners: [{name: http, protocol: HTTP, port: 80}]"))
                                .withGateway(Cluster.UP))
                        .getConditions());
        assertThat(conditions)
                .contains(reason.isEmpty() ? "Accepted=True/Accepted" : "Accepted=False/" + reason)
                .contains(reason.isEmpty() ? "Programmed=True/Programmed" : "Programmed=False/Invalid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicas: 3 | ''",
                "podTemplate: {spec: {nodeSelector: {a: b}}} | ''",
                "podTemplate: {spec: {nodeSelectors: {a: b}}} | spec.podTemplate.spec.nodeSelectors",
                "service: {spec: {type: []}} | spec.service.spec.type",
                "service: {metadata: {name: mine}} | spec.service.metadata.name"
            })
    void saysWhichFieldOfItsParametersIsWrong(String spec, String field) {
        String reference =
                "infrastructure: {parametersRef: {group: inference.sluice.dev, kind: GatewayParameters, name: x}}, ";
        Cluster cluster = Cluster.of(gateway(reference + "listeners: [{name: http, protocol: HTTP, port: 80}]")
                        + """
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: GatewayParameters
                metadata: {name: x, namespace: ml}
                spec: {%s}
                """.formatted(spec))
                .withGateway(Cluster.UP);
        var accepted = find(status(cluster).getConditions(), "Accepted");
        assertThat(accepted.getStatus()).isEqualTo(field.isEmpty() ? "True" : "False");
        assertThat(accepted.getMessage()).contains(field);
    }

    @Test
    void aGatewayIsAcceptedWithTheListenersThatAre() {
        String bad = "{name: bad, protocol: INVALID, port: 1111}";
        GatewayStatus some =
                status(Cluster.of(gateway("listeners: [{name: http, protocol: HTTP, port: 80}, " + bad + "]"))
                        .withGateway(Cluster.UP));
        assertThat(brief(some.getConditions()))
                .containsExactly("Accepted=True/ListenersNotValid", "Programmed=True/Programmed");
        GatewayStatus none =
                status(Cluster.of(gateway("listeners: [" + bad + "]")).withGateway(Cluster.UP));
        assertThat(brief(none.getConditions()))
                .containsExactly("Accepted=False/ListenersNotValid", "Programmed=False/Invalid");
        assertThat(none.getListeners().getFirst().getSupportedKinds()).isEmpty();
        assertThat(brief(none.getListeners().getFirst().getConditions()))
                .containsExactly(
                        "Accepted=False/UnsupportedProtocol",
                        "Conflicted=False/NoConflicts",
                        "ResolvedRefs=True/ResolvedRefs",
                        "Programmed=False/Invalid");
    }

    @Test
    void saysWhatIsWrongWithAListener() {
        ListenerStatus https =
                listener("{name: a, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: none}]}}");
        assertThat(brief(https.getConditions()))
                .contains(
                        "Accepted=True/Accepted",
                        "ResolvedRefs=False/InvalidCertificateRef",
                        "Programmed=False/Invalid");
        assertThat(https.getSupportedKinds()).hasSize(1);
        assertThat(brief(listener("{name: a, protocol: HTTPS, port: 443, "
                                + "tls: {certificateRefs: [{name: cert, namespace: far}]}}")
                        .getConditions()))
                .contains("ResolvedRefs=False/RefNotPermitted");
        assertThat(brief(listener("{name: a, protocol: HTTP, port: 80}, {name: b, protocol: HTTP, port: 80}")
                        .getConditions()))
                .containsExactly(
                        "Accepted=False/HostnameConflict",
                        "Conflicted=True/HostnameConflict",
                        "ResolvedRefs=True/ResolvedRefs",
                        "Programmed=False/Invalid");
        assertThat(brief(listener("{name: a, protocol: HTTP, port: 80}, {name: b, protocol: HTTPS, port: 80}")
                        .getConditions()))
                .contains("Conflicted=True/ProtocolConflict");
    }

    @Test
    void unknownKindsOfRoutesDoNotStopTheKnownOne() {
        String listener = "{name: a, protocol: HTTP, port: 80, allowedRoutes: {kinds: [%s]}}";
        ListenerStatus none = listener(listener.formatted("{kind: InvalidRoute}"));
        assertThat(none.getSupportedKinds()).isEmpty();
        assertThat(brief(none.getConditions())).contains("ResolvedRefs=False/InvalidRouteKinds");
        ListenerStatus one = listener(listener.formatted("{kind: InvalidRoute}, {kind: HTTPRoute}"));
        assertThat(one.getSupportedKinds()).hasSize(1);
        assertThat(brief(one.getConditions()))
                .contains("ResolvedRefs=False/InvalidRouteKinds", "Programmed=True/Programmed");
    }

    @Test
    void routesThatWaitForACertificateAreCounted() {
        String https =
                gateway("listeners: [{name: a, protocol: HTTPS, port: 443, tls: {certificateRefs: [{name: none}]}}]");
        assertThat(status(Cluster.of(https + Cluster.route("a", "{name: gateway, sectionName: a}")))
                        .getListeners()
                        .getFirst()
                        .getAttachedRoutes())
                .isEqualTo(1);
    }

    @Test
    void aListenerThatIsGoneHasNoStatus() {
        String before = Cluster.GATEWAY.replace(
                "---",
                "status: {listeners: [{name: gone, attachedRoutes: 1, " + "conditions: [], supportedKinds: []}]}\n---");
        assertThat(status(Cluster.of(before)).getListeners())
                .extracting(ListenerStatus::getName)
                .containsExactly("http");
    }

    @Test
    void aGatewayOfAnotherClassKeepsItsStatus() {
        Cluster cluster = Cluster.of(Cluster.GATEWAY.replace("gatewayClassName: sluice", "gatewayClassName: istio"));
        assertThat(status(cluster)).isEqualTo(new GatewayStatus());
    }

    private static final String CLASS = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: %s, generation: 2}
            spec: {controllerName: %s%s}
            ---
            """;

    @Test
    void acceptsItsClassesAndNamesItsFeaturesInOrder() {
        Cluster cluster = Cluster.of(CLASS.formatted("mine", "sluice.dev/gateway-controller", "")
                + CLASS.formatted("theirs", "example.org/other", "")
                + CLASS.formatted(
                        "odd", "sluice.dev/gateway-controller", ", parametersRef: {group: x.io, kind: X, name: x}"));
        GatewayClassStatus status = cluster.report().of(cluster.get(GatewayClass.class, "mine"));
        assertThat(brief(status.getConditions())).containsExactly("Accepted=True/Accepted");
        assertThat(status.getConditions().getFirst().getObservedGeneration()).isEqualTo(2);
        assertThat(status.getSupportedFeatures())
                .extracting(SupportedFeature::getName)
                .isSorted()
                .doesNotHaveDuplicates()
                .contains("Gateway", "HTTPRoute", "ReferenceGrant")
                .hasSizeLessThanOrEqualTo(64);
        assertThat(cluster.report().of(cluster.get(GatewayClass.class, "theirs")))
                .isEqualTo(new GatewayClassStatus());
        assertThat(brief(cluster.report()
                        .of(cluster.get(GatewayClass.class, "odd"))
                        .getConditions()))
                .containsExactly("Accepted=False/InvalidParameters");
    }
}
