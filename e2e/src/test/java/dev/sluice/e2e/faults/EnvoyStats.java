package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.Client;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Predicate;

/// What one Envoy has counted until now, as Prometheus reads it.
record EnvoyStats(List<String> lines) {
    private static final int PORT = 19001;

    /// Every family in which the arrival of anything but endpoints shows, and what listeners did with it.
    private static final List<String> CONFIGURATION = List.of(
            "envoy_listener_manager_lds_update_success",
            "envoy_cluster_manager_cds_update_success",
            "envoy_http_rds_update_success",
            "envoy_listener_manager_lds_update_rejected",
            "envoy_cluster_manager_cds_update_rejected",
            "envoy_http_rds_update_rejected",
            "envoy_listener_manager_listener_added",
            "envoy_listener_manager_listener_modified",
            "envoy_listener_manager_listener_removed",
            "envoy_listener_manager_total_listeners_draining",
            "envoy_cluster_manager_cluster_added",
            "envoy_cluster_manager_cluster_modified",
            "envoy_cluster_manager_cluster_removed");

    /// @param address the Envoy's pod's
    static EnvoyStats of(String address) {
        try (Client client = new Client(URI.create("http://%s:%d".formatted(address, PORT)))) {
            HttpResponse<String> response = client.get("/stats/prometheus");
            assertThat(response.statusCode()).isEqualTo(200);
            return new EnvoyStats(response.body().lines().toList());
        }
    }

    /// One line for each of them.
    List<String> configuration() {
        return CONFIGURATION.stream().map(family -> family + " " + sum(family)).toList();
    }

    /// @throws AssertionError where there is no such family, so that nothing is proved by a wrong name
    long sum(String family) {
        return sum(family, _ -> true);
    }

    /// How many times the endpoints of a pool came.
    ///
    /// @param pool as `namespace/name`
    long endpointPushes(String pool) {
        return sum("envoy_cluster_update_success", labels -> labels.contains('"' + "pool/" + pool + '"'));
    }

    long endpoints(String pool) {
        return sum("envoy_cluster_membership_total", labels -> labels.contains('"' + "pool/" + pool + '"'));
    }

    private long sum(String family, Predicate<String> labels) {
        List<Long> values = lines.stream()
                .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
                .filter(labels)
                .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertThat(values).as(family).isNotEmpty();
        return values.stream().mapToLong(Long::longValue).sum();
    }
}
