package dev.sluice.operator.status;

import static dev.sluice.operator.status.Cluster.brief;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.ParentReference;
import dev.sluice.api.v1.ParentStatus;
import dev.sluice.operator.resolve.resources.Installation;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolReportTest {

    private static final String ROUTE = Cluster.route("route", "{name: gateway}", "llama");

    private static List<ParentStatus> parents(Cluster cluster) {
        return cluster.report().of(cluster.get(InferencePool.class, "llama")).parents();
    }

    private static List<ParentStatus> parents(String yaml) {
        return parents(Cluster.of(yaml));
    }

    @Test
    void hasAnEntryForEachGatewayWithARoute() {
        String other = Cluster.GATEWAY.replace("name: gateway,", "name: other,");
        List<ParentStatus> parents = parents(Cluster.GATEWAY
                + other
                + Cluster.PICKER
                + Cluster.pool("llama", "")
                + ROUTE
                + Cluster.route("second", "{name: gateway}, {name: other}", "llama"));
        assertThat(parents)
                .extracting(ParentStatus::parentRef)
                .containsExactly(
                        new ParentReference("gateway.networking.k8s.io", "Gateway", "gateway", "ml"),
                        new ParentReference("gateway.networking.k8s.io", "Gateway", "other", "ml"));
        assertThat(parents).allSatisfy(parent -> {
            assertThat(parent.controllerName()).isEqualTo("sluice.dev/gateway-controller");
            assertThat(brief(parent.conditions()))
                    .containsExactly("Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs");
            assertThat(parent.conditions())
                    .allSatisfy(condition ->
                            assertThat(condition.getObservedGeneration()).isEqualTo(7));
        });
    }

    @Test
    void anEntryGoesWithItsLastRoute() {
        String status = "status: {parents: [%s, %s]}\n---"
                .formatted(
                        "{parentRef: {name: istio, namespace: ml}, controllerName: istio.io/gateway-controller}",
                        "{parentRef: {name: gateway, namespace: ml}, controllerName: sluice.dev/gateway-controller}");
        String pool = Cluster.pool("llama", "").replace("---", status);
        assertThat(parents(Cluster.GATEWAY + Cluster.PICKER + pool))
                .extracting(ParentStatus::controllerName)
                .containsExactly("istio.io/gateway-controller");
        assertThat(parents(Cluster.GATEWAY + Cluster.PICKER + pool + ROUTE)).hasSize(2);
    }

    @Test
    void saysThatNoRouteIsAccepted() {
        String refused = Cluster.route("refused", "{name: gateway, sectionName: none}", "llama");
        String pool = Cluster.pool("llama", "");
        assertThat(brief(parents(Cluster.GATEWAY + Cluster.PICKER + pool + refused)
                        .getFirst()
                        .conditions()))
                .containsExactly("Accepted=False/HTTPRouteNotAccepted", "ResolvedRefs=True/ResolvedRefs");
        assertThat(brief(parents(Cluster.GATEWAY + Cluster.PICKER + pool + refused + ROUTE)
                        .getFirst()
                        .conditions()))
                .contains("Accepted=True/Accepted");
    }

    @Test
    void saysWhatIsWrongWithThePicker() {
        String ref = ", endpointPickerRef: {name: none, port: {number: 9002}}";
        assertThat(brief(parents(Cluster.GATEWAY + Cluster.pool("llama", ref) + ROUTE)
                        .getFirst()
                        .conditions()))
                .containsExactly("Accepted=True/Accepted", "ResolvedRefs=False/InvalidExtensionRef");
        assertThat(brief(parents(Cluster.of(Cluster.GATEWAY + Cluster.pool("llama", "") + ROUTE)
                                .with(Installation.defaults()))
                        .getFirst()
                        .conditions()))
                .contains("Accepted=False/EndpointPickerRefMissing");
    }

    @Test
    void ofAPoolThatAnotherGatewayServesNothingIsSaid() {
        String policy = """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: policy, namespace: ml}
                spec: {targetRefs: [{name: llama}], gateway: {mode: Native}}
                ---
                """;
        assertThat(parents(Cluster.GATEWAY + Cluster.PICKER + Cluster.pool("llama", "") + ROUTE + policy))
                .isEmpty();
    }

    @Test
    void aRouteOfAnothersGatewayIsNotOurs() {
        String theirs = Cluster.GATEWAY.replace("gatewayClassName: sluice", "gatewayClassName: istio");
        assertThat(parents(theirs + Cluster.PICKER + Cluster.pool("llama", "") + ROUTE))
                .isEmpty();
    }
}
