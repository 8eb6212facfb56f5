package dev.sluice.operator.status;

import static dev.sluice.operator.status.Cluster.brief;
import static dev.sluice.operator.status.Cluster.find;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteReportTest {

    private static List<RouteParentStatus> parents(String yaml) {
        Cluster cluster = Cluster.of(yaml);
        return cluster.report().of(cluster.get(HTTPRoute.class, "route")).getParents();
    }

    private static String route(String parents, String rest) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: route, namespace: ml, generation: 5}
                spec: {parentRefs: [%s]%s}
                ---
                """.formatted(parents, rest);
    }

    @Test
    void hasAnEntryForEachParentRefThatNamesAGatewayOfOurs() {
        List<RouteParentStatus> parents = parents(Cluster.GATEWAY
                + route("{name: gateway, sectionName: http}, {name: other}, {name: gateway, sectionName: none}", ""));
        assertThat(parents).hasSize(2).allSatisfy(parent -> {
            assertThat(parent.getControllerName()).isEqualTo("sluice.dev/gateway-controller");
            assertThat(parent.getConditions())
                    .allSatisfy(condition ->
                            assertThat(condition.getObservedGeneration()).isEqualTo(5));
        });
        assertThat(parents.getFirst().getParentRef().getSectionName()).isEqualTo("http");
        assertThat(brief(parents.getFirst().getConditions()))
                .containsExactly("Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs");
        assertThat(brief(parents.getLast().getConditions()))
                .containsExactly("Accepted=False/NoMatchingParent", "ResolvedRefs=True/ResolvedRefs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: gateway, port: 81}  | ''                                     | NoMatchingParent",
                "{name: gateway}            | ', rules: [{retry: {attempts: 1}}]'    | UnsupportedValue",
            })
    void saysWhyARouteIsNotAccepted(String parent, String rest, String reason) {
        assertThat(brief(parents(Cluster.GATEWAY + route(parent, rest))
                        .getFirst()
                        .getConditions()))
                .contains("Accepted=False/" + reason);
    }

    @Test
    void tellsListenersThatDoNotAllowARouteFromHostnamesThatDoNotMatch() {
        String closed = Cluster.GATEWAY.replace("port: 80", "port: 80, allowedRoutes: {kinds: [{kind: TLSRoute}]}");
        assertThat(brief(parents(closed + route("{name: gateway}", ""))
                        .getFirst()
                        .getConditions()))
                .contains("Accepted=False/NotAllowedByListeners");
        String named = Cluster.GATEWAY.replace("port: 80", "port: 80, hostname: a.example.org");
        assertThat(brief(parents(named + route("{name: gateway}", ", hostnames: [b.example.org]"))
                        .getFirst()
                        .getConditions()))
                .contains("Accepted=False/NoMatchingListenerHostname");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: none, port: 80}                                              | BackendNotFound",
                "{name: none, kind: InferencePool, group: inference.networking.k8s.io} | BackendNotFound",
                "{name: none, kind: NonExistent, group: x.io}                        | InvalidKind",
                "{name: none, port: 80, namespace: far}                              | RefNotPermitted",
                "{name: secure, port: 443}                                           | UnsupportedProtocol",
            })
    void namesTheReferenceThatIsNotResolved(String ref, String reason) {
        String service = """
                apiVersion: v1
                kind: Service
                metadata: {name: secure, namespace: ml}
                spec: {ports: [{port: 443, appProtocol: https}]}
                ---
                """;
        RouteParentStatus parent = parents(Cluster.GATEWAY
                        + service
                        + Cluster.pool("llama", "")
                        + route(
                                "{name: gateway}",
                                ", rules: [{backendRefs: [{name: llama, kind: InferencePool, "
                                        + "group: inference.networking.k8s.io}]}, {backendRefs: [" + ref + "]}]"))
                .getFirst();
        assertThat(brief(parent.getConditions()))
                .containsExactly("Accepted=True/Accepted", "ResolvedRefs=False/" + reason);
        assertThat(find(parent.getConditions(), "ResolvedRefs").getMessage()).startsWith("spec.rules[1].backendRefs");
    }

    @Test
    void aMirrorThatNamesNothingIsSaidToo() {
        assertThat(brief(parents(Cluster.GATEWAY
                                + route(
                                        "{name: gateway}",
                                        ", rules: [{filters: [{type: RequestMirror, requestMirror: "
                                                + "{backendRef: {name: none, port: 80}}}]}]"))
                        .getFirst()
                        .getConditions()))
                .contains("ResolvedRefs=False/BackendNotFound");
    }

    @Test
    void leavesOthersEntriesAndDropsItsOwnWhenItsGatewayIsGone() {
        String entry = "{parentRef: {name: %s}, controllerName: %s, conditions: []}";
        String status = "status: {parents: [%s, %s, %s]}\n---"
                .formatted(
                        entry.formatted("istio", "istio.io/gateway-controller"),
                        entry.formatted("gone", "sluice.dev/gateway-controller"),
                        entry.formatted("gateway", "example.org/shadow"));
        List<RouteParentStatus> parents = parents(
                Cluster.GATEWAY + route("{name: gateway}, {name: istio}", "").replace("---", status));
        assertThat(parents)
                .extracting(parent -> parent.getParentRef().getName() + " " + parent.getControllerName())
                .containsExactly(
                        "istio istio.io/gateway-controller",
                        "gateway example.org/shadow",
                        "gateway sluice.dev/gateway-controller");
        assertThat(parents.get(1).getConditions()).isEmpty();
    }

    @Test
    void doesNotGrowAListBeyondWhatTheSchemaAllows() {
        String others = IntStream.range(0, 32)
                .mapToObj(i -> "{parentRef: {name: g%d}, controllerName: example.org/x, conditions: []}".formatted(i))
                .collect(Collectors.joining(", "));
        assertThat(parents(Cluster.GATEWAY
                        + route("{name: gateway}", "").replace("---", "status: {parents: [" + others + "]}\n---")))
                .hasSize(32)
                .noneMatch(parent -> parent.getControllerName().startsWith("sluice"));
    }
}
