package dev.sluice.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.manifest.PickerScope;
import dev.sluice.operator.plan.Plan;
import org.junit.jupiter.api.Test;

class MainTest {

    @Test
    void hasDefaultsForACluster() {
        ControlPlaneConfig config = Main.parse("--namespace=sluice-system", "--identity=operator-0");
        assertThat(config.controllerName()).isEqualTo("sluice.dev/gateway-controller");
        assertThat(config.xdsAddress()).isEqualTo(new Plan.Address("sluice-operator.sluice-system.svc", 18000));
        assertThat(config.xds().getPort()).isEqualTo(18000);
        assertThat(config.http().getPort()).isEqualTo(8080);
        assertThat(config.leaderElection()).isTrue();
        assertThat(config.envoy())
                .isEqualTo(new ControlPlaneConfig.Envoy("envoyproxy/envoy:v1.40.0", 1, "LoadBalancer"));
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
        assertThat(config.leaderElection()).isFalse();
        assertThat(config.xdsAddress()).isEqualTo(new Plan.Address("10.0.0.1", 1800));
    }

    @Test
    void twoReplicasWithoutANameDiffer() {
        assertThat(Main.parse("--identity=").identity())
                .isNotEqualTo(Main.parse("--identity=").identity());
    }
}
