package dev.sluice.operator.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UInt32Value;
import dev.sluice.operator.envoy.Rollout.Wait;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment.Policy;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RolloutTest {

    private final Rollout rollout = new Rollout(config("first", 1, "a"));

    @Test
    void theFirstConfigurationGoesOutWhole() {
        assertThat(seen()).containsExactly("route first", "cluster a", "endpoints a 1");
        assertThat(rollout.awaited()).isEqualTo(Wait.NOTHING);
    }

    @Test
    void newClustersComeFirstThenRoutesAndOldClustersGoLast() {
        assertThat(rollout.to(config("second", 1, "b"))).isTrue();
        assertThat(rollout.awaited()).isEqualTo(Wait.NEW_CLUSTERS_WARM);
        assertThat(seen()).containsExactly("route first", "cluster b", "cluster a", "endpoints b 1", "endpoints a 1");

        rollout.proceed();
        assertThat(rollout.awaited()).isEqualTo(Wait.OLD_CLUSTERS_UNUSED);
        assertThat(seen()).containsExactly("route second", "cluster b", "cluster a", "endpoints b 1", "endpoints a 1");

        rollout.proceed();
        assertThat(rollout.awaited()).isEqualTo(Wait.NOTHING);
        assertThat(seen()).containsExactly("route second", "cluster b", "endpoints b 1");
    }

    @Test
    void routesAmongWhatIsThereChangeAtOnce() {
        assertThat(rollout.to(config("second", 1, "a"))).isFalse();

        assertThat(seen()).containsExactly("route second", "cluster a", "endpoints a 1");
    }

    @Test
    void podsAreKnownAtOnceAtEveryStep() {
        rollout.to(config("second", 1, "a", "b"));
        assertThat(rollout.to(config("second", 2, "a", "b")))
                .as("the wait goes on")
                .isFalse();
        assertThat(seen()).contains("route first", "endpoints a 2", "endpoints b 2");

        rollout.proceed();
        assertThat(rollout.to(config("third", 3, "a", "b"))).isFalse();
        assertThat(seen()).contains("route third", "endpoints a 3", "endpoints b 3");
    }

    @Test
    void aClusterThatIsGivenUpWhileOthersGoHasItsOwnGrace() {
        rollout.to(config("second", 1, "a", "b"));
        rollout.proceed();
        assertThat(rollout.to(config("third", 1, "a"))).isTrue();
        assertThat(rollout.to(config("fourth", 2, "a"))).isFalse();
        assertThat(rollout.awaited()).isEqualTo(Wait.OLD_CLUSTERS_UNUSED);

        assertThat(rollout.to(config("fifth", 1, "a", "b")))
                .as("it is wanted again, and still there")
                .isFalse();
        assertThat(rollout.awaited()).isEqualTo(Wait.NOTHING);
    }

    private List<String> seen() {
        EnvoyConfig config = rollout.config();
        return Stream.of(
                        config.routes().stream().map(route -> "route " + route.getName()),
                        config.clusters().stream().map(cluster -> "cluster " + cluster.getName()),
                        config.endpoints().stream()
                                .map(assignment -> "endpoints " + assignment.getClusterName() + " "
                                        + assignment
                                                .getPolicy()
                                                .getOverprovisioningFactor()
                                                .getValue()))
                .flatMap(lines -> lines)
                .toList();
    }

    /// @param pods stands for the endpoints of each cluster
    private static EnvoyConfig config(String route, int pods, String... clusters) {
        return new EnvoyConfig(
                List.of(),
                List.of(RouteConfiguration.newBuilder().setName(route).build()),
                Stream.of(clusters)
                        .map(name -> Cluster.newBuilder().setName(name).build())
                        .toList(),
                Stream.of(clusters)
                        .map(name -> ClusterLoadAssignment.newBuilder()
                                .setClusterName(name)
                                .setPolicy(Policy.newBuilder().setOverprovisioningFactor(UInt32Value.of(pods)))
                                .build())
                        .toList(),
                List.of());
    }
}
