package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The operator's chart refuses clusters that lack what it needs, and says what.
class ClusterChecksIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.empty();

    private static final String MODELS = "inferencemodels.inference.sluice.dev";
    private static final String VERSION = "inference.sluice.dev/version";

    /// The steps are one story, because each puts in what the step before it lacked.
    @Test
    void aClusterMustHaveWhatSluiceNeeds() throws Exception {
        assertThat(refusal())
                .contains("GatewayClass: expected version v1 of gateway.networking.k8s.io, found none")
                .contains("install the Gateway API")
                .contains("kubectl get crd gatewayclasses.gateway.networking.k8s.io");

        CHARTS.cluster().installGatewayApi();
        assertThat(refusal())
                .contains("InferencePool: expected version v1 of inference.networking.k8s.io, found none")
                .contains("install or upgrade the chart sluice-crds first");

        var _ = CHARTS.helm().install(Helm.definitions());
        annotate("0.0.9");
        assertThat(refusal())
                .contains("InferenceModel: expected the definition of Sluice 0.1.0 or newer, found that of 0.0.9")
                .contains("kubectl get crd " + MODELS);
        assertThat(install("checks=false").exit()).isZero();

        annotate("0.2.0");
        var _ = CHARTS.helm().install(Helm.operator(), "--set", "operator.replicas=0");
    }

    @Test
    void anOlderKubernetesIsRefused() throws Exception {
        Helm.Outcome outcome = CHARTS.helm()
                .run(List.of("template", "sluice", Helm.operator().toString(), "--kube-version", "1.30.0"));
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.output()).contains(">=1.31.0-0").contains("incompatible with Kubernetes v1.30.0");
    }

    private static void annotate(String version) {
        var definition =
                CHARTS.client().resources(CustomResourceDefinition.class).withName(MODELS);
        assertThat(definition.get().getMetadata().getAnnotations()).containsKey(VERSION);
        // Not by an edit: the API server writes the status of a new definition meanwhile.
        var _ = definition.patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(VERSION, version));
    }

    private static String refusal() throws Exception {
        Helm.Outcome outcome = install("checks=true");
        assertThat(outcome.exit()).as(outcome.output()).isNotZero();
        return outcome.output();
    }

    private static Helm.Outcome install(String value) throws Exception {
        return CHARTS.helm()
                .run(List.of(
                        "upgrade",
                        "--install",
                        "sluice",
                        Helm.operator().toString(),
                        "--create-namespace",
                        "--set",
                        "operator.replicas=0," + value));
    }
}
