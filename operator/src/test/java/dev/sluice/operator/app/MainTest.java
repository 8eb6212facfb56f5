package dev.sluice.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.manifest.PickerScope;
import dev.sluice.operator.manifest.Scale;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.resolve.Patch;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

class MainTest {

    @Test
    void hasDefaultsForACluster() {
        ControlPlaneConfig config = Main.parse("--namespace=sluice-system", "--identity=operator-0");
        assertThat(config.controllerName()).isEqualTo("sluice.dev/gateway-controller");
        assertThat(config.serving().advertisedXds())
                .isEqualTo(new Plan.Address("sluice-operator.sluice-system.svc", 18000));
        assertThat(config.serving().xds().getPort()).isEqualTo(18000);
        assertThat(config.serving().http().getPort()).isEqualTo(8080);
        assertThat(config.replica().leaderElection()).isTrue();
        assertThat(config.images()).isEqualTo(new ManifestSettings.Images("IfNotPresent", List.of()));
        assertThat(config.envoy())
                .isEqualTo(new ManifestSettings.EnvoyOptions(
                        "envoyproxy/envoy:v1.40.0",
                        new Scale.Fixed(1),
                        60,
                        requests("100m", "256Mi"),
                        new ManifestSettings.ServiceOptions("LoadBalancer", Patch.none(Service.class)),
                        Patch.none(PodTemplateSpec.class)));
        assertThat(config.picker().resources())
                .isEqualTo(requests("250m", "768Mi").toBuilder()
                        .addToLimits("memory", new Quantity("1Gi"))
                        .build());
        assertThat(config.picker().scope()).isEqualTo(PickerScope.INSTALLATION);
    }

    @Test
    void takesWhatItIsTold() {
        ControlPlaneConfig config = Main.parse(
                "--picker-scope=Namespace",
                "--picker-args=--drain-timeout=20s",
                "--picker-args=--max-request-body-bytes=1",
                "--leader-election=false",
                "--xds-address=10.0.0.1:1800");
        assertThat(config.picker().scope()).isEqualTo(PickerScope.NAMESPACE);
        assertThat(config.picker().arguments()).containsExactly("--drain-timeout=20s", "--max-request-body-bytes=1");
        assertThat(config.replica().leaderElection()).isFalse();
        assertThat(config.serving().advertisedXds()).isEqualTo(new Plan.Address("10.0.0.1", 1800));
    }

    @Test
    void resourcesAreJson() {
        ControlPlaneConfig config = Main.parse(
                "--envoy-resources={\"requests\":{\"cpu\":\"2\",\"memory\":\"1Gi\"}}",
                "--picker-resources={\"requests\":{\"cpu\":2,\"memory\":\"1Gi\"}}",
                "--image-pull-policy=Always",
                "--image-pull-secrets=one,two");
        assertThat(config.envoy().resources()).isEqualTo(requests("2", "1Gi"));
        assertThat(config.picker().resources()).isEqualTo(requests("2", "1Gi"));
        assertThat(config.images()).isEqualTo(new ManifestSettings.Images("Always", List.of("one", "two")));
        assertThat(Main.parse("--envoy-resources={}").envoy().resources()).isEqualTo(new ResourceRequirements());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"request\":{\"cpu\":1}}",
                "{\"requests\":1}",
                "{\"requests\":{\"cpu\":[1]}}",
                "null",
                "2 cores",
                "{"
            })
    void refusesWhatAreNoResources(String text) {
        assertThatThrownBy(() -> Main.parse("--envoy-resources=" + text))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--envoy-resources");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--envoy-pod-template | {\"spec\":{\"nodeSelectors\":{}}}                     | nodeSelectors",
                "--picker-pod-template | {\"spec\":{\"containers\":[{\"names\":\"picker\"}]}}  | spec.containers.[0].names",
                "--picker-pod-template | {\"metadata\":{\"name\":\"mine\"}}                   | metadata.name",
                "--gateway-service | {\"spec\":{\"type\":[]}}                               | spec.type",
                "--gateway-service | none                                                 | must be an object",
                "--gateway-service | {                                                    | neither JSON nor YAML"
            })
    void refusesPatchesThatTheApiServerWouldNotKnow(String flag, String patch, String named) {
        assertThatThrownBy(() -> Main.parse(flag + "=" + patch))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(flag)
                .hasMessageContaining(named);
    }

    @Test
    void autoscalesBetweenTheReplicasAndTheirMost() {
        ControlPlaneConfig config =
                Main.parse("--envoy-replicas=2", "--envoy-max-replicas=6", "--envoy-cpu-utilization=55");
        assertThat(config.envoy().scale()).isEqualTo(new Scale.Autoscaled(2, 6, 55));
        assertThat(config.picker().scale()).isEqualTo(new Scale.Fixed(1));
    }

    @ParameterizedTest
    @CsvSource({"3,2,70", "0,4,70", "1,2,0", "1,-1,70"})
    void refusesAnAutoscalerThatTheApiServerWouldRefuse(String least, String most, String percent) {
        assertThatThrownBy(() -> Main.parse(
                        "--picker-replicas=" + least,
                        "--picker-max-replicas=" + most,
                        "--picker-cpu-utilization=" + percent))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--picker-max-replicas")
                .hasMessageContaining(most);
    }

    private static ResourceRequirements requests(String cpu, String memory) {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity(cpu))
                .addToRequests("memory", new Quantity(memory))
                .build();
    }

    @Test
    void twoReplicasWithoutANameDiffer() {
        assertThat(Main.parse("--identity=").replica().identity())
                .isNotEqualTo(Main.parse("--identity=").replica().identity());
    }
}
