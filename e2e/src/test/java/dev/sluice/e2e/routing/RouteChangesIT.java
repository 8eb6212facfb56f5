package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.GatewayEnvoy;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Plans;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.e2e.stack.ScriptedPicker;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Picker;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Routes change under load: from one pool to another and back, with the same picker and with another.
class RouteChangesIT {
    private static final String GATEWAY = "ml/changes";
    private static final String BODY = "{\"model\":\"m\",\"prompt\":\"hello\"}";
    private static final int CHANGES = 8;

    private static int port;
    private static Loopback pods;
    private static RecordingPod pod;
    private static ScriptedPicker picker;
    private static XdsServer xds;
    private static GatewayEnvoy envoy;

    @BeforeAll
    static void start() throws IOException {
        port = Loopback.freePort();
        pods = Loopback.of(1);
        pod = RecordingPod.start(pods.socket(0));
        picker = ScriptedPicker.start();
        xds = XdsServer.start(new InetSocketAddress("127.0.9.9", 0), Settings.defaults(), _ -> {});
        xds.publish(plan("ml/pool-0", "ml/picker-0:9002"));
        envoy = GatewayEnvoy.start(xds.address(), GATEWAY, "127.0.9.10");
    }

    @AfterAll
    static void stop() {
        envoy.close();
        xds.close();
        picker.close();
        pod.close();
    }

    @Test
    void noRequestIsLostWhenARouteLeadsToAnotherPoolWithAnotherPicker() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<CompletableFuture<Map<Integer, Integer>>> clients = List.of(
                CompletableFuture.supplyAsync(() -> load(done)), CompletableFuture.supplyAsync(() -> load(done)));
        for (int i = 1; i <= CHANGES; i++) {
            xds.publish(plan("ml/pool-" + i, "ml/picker-" + i + ":9002"));
            String cluster = "cluster.pool/ml/pool-" + i + ".upstream_rq_total";
            await().until(() -> envoy.stat(cluster) > 10);
        }
        done.set(true);

        for (CompletableFuture<Map<Integer, Integer>> client : clients) {
            assertThat(client.get()).containsOnlyKeys(200);
        }
    }

    /// How often which status came.
    private static Map<Integer, Integer> load(AtomicBoolean done) {
        Map<Integer, Integer> statuses = new TreeMap<>();
        try (Client client = envoy.client(port)) {
            while (!done.get()) {
                statuses.merge(client.post("/v1/completions", BODY).statusCode(), 1, Integer::sum);
            }
        }
        return statuses;
    }

    private static Plan plan(String name, String pickerName) {
        Picker of = new Picker(pickerName, List.of(picker.address()), false, true);
        Pool pool = Plans.pool(name, of, new Address(pods.hosts().getFirst(), pods.port()));
        return new Plan(List.of(
                Plans.gateway(GATEWAY, port, Plans.route("all", Plans.forward(List.of(pool), List.of())), pool)));
    }
}
