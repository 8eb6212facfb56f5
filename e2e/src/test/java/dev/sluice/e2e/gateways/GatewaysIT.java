package dev.sluice.e2e.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.GatewayEnvoy;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Plans;
import dev.sluice.e2e.stack.RawConnection;
import dev.sluice.e2e.stack.RecordingPod;
import dev.sluice.operator.envoy.EnvoyState;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Gateway;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two Gateways with an Envoy each, and one xDS server for both.
class GatewaysIT {
    private static final String XDS_HOST = "127.0.9.1";
    private static final String ONE = "ml/one";
    private static final String TWO = "ml/two";
    private static final String ONE_HOST = "127.0.9.2";
    private static final String TWO_HOST = "127.0.9.3";
    private static final String THREE_HOST = "127.0.9.4";
    private static final List<String> PUSHES = List.of(
            "cluster_manager.cds.update_success",
            "listener_manager.lds.update_success",
            "http.ml/one/%d.rds.ml/one/%d.update_success",
            "cluster.pool/ml/llama.update_success");

    private static int port;
    private static XdsServer xds;
    private static GatewayEnvoy one;
    private static GatewayEnvoy two;

    @BeforeAll
    static void start() throws IOException {
        port = Loopback.freePort();
        xds = XdsServer.start(new InetSocketAddress(XDS_HOST, 0), Settings.defaults(), _ -> {});
        xds.publish(usual());
        one = GatewayEnvoy.start(xds.address(), ONE, ONE_HOST);
        two = GatewayEnvoy.start(xds.address(), TWO, TWO_HOST);
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
        xds.close();
    }

    @BeforeEach
    void publish() {
        xds.publish(usual());
        await().until(() -> answer(one).equals("one"));
    }

    @Test
    void eachServesItsOwnGatewayThoughBothHaveTheSamePort() {
        assertThat(answer(one)).isEqualTo("one");
        assertThat(answer(two)).isEqualTo("two");
        assertThat(two.stat("cluster_manager.active_clusters"))
                .as("the xDS server, the admin interface, and no pool of the other Gateway")
                .isEqualTo(2);
        assertThat(xds.envoys(ONE)).isEqualTo(new EnvoyState(1, null));
        assertThat(xds.envoys("ml/other")).isEqualTo(new EnvoyState(0, null));
    }

    @Test
    void fiveHundredPodsThatRollMoveNothingButEndpoints() {
        List<Long> before = pushes();
        Address[] pods = Stream.iterate(1, i -> i <= 500, i -> i + 1)
                .map(i -> new Address("10.0." + i / 250 + "." + i % 250, 8000))
                .toArray(Address[]::new);
        xds.publish(plan(Plans.answer("one"), pods));
        await().until(() -> one.stat("cluster.pool/ml/llama.membership_total") == 500);
        for (int i = 0; i < 500; i += 50) {
            pods[i] = new Address("10.1.0." + i / 50, 8000);
            xds.publish(plan(Plans.answer("one"), pods));
        }
        await().until(() -> one.stat("cluster.pool/ml/llama.membership_change") > 1);
        await().during(Duration.ofMillis(300)).until(() -> true);

        List<Long> after = pushes();
        assertThat(after.subList(0, 3)).isEqualTo(before.subList(0, 3));
        assertThat(after.getLast() - before.getLast()).isBetween(2L, 11L);
    }

    @Test
    void aRestartedServerSendsNothingToWhomHasEverything() throws Exception {
        await("clusters of other tests to go: the xDS server's, the admin interface's, a pool's and its picker's stay")
                .atMost(Duration.ofSeconds(20))
                .until(() -> one.stat("cluster_manager.active_clusters") == 4);
        List<Long> before = pushes();
        int at = xds.address().port();
        try (RawConnection client = RawConnection.to(URI.create("http://" + ONE_HOST + ":" + port))) {
            client.head("GET / HTTP/1.1", "host: test");
            assertThat(client.readUntil("one")).contains(" 200 ");

            xds.close();
            xds = XdsServer.start(new InetSocketAddress(XDS_HOST, at), Settings.defaults(), _ -> {});
            await().until(() -> xds.envoys(ONE).connected() == 1);
            assertThat(answer(one)).as("while nothing is published").isEqualTo("one");
            xds.publish(usual());
            await().during(Duration.ofSeconds(1)).until(() -> pushes().equals(before));

            client.head("GET / HTTP/1.1", "host: test");
            assertThat(client.readUntil("one")).as("on the same connection").contains(" 200 ");
        }
    }

    @Test
    void anEnvoyOfAnUnknownGatewayIsNotReadyUntilTheGatewayIsKnown() throws Exception {
        CompletableFuture<GatewayEnvoy> starting = CompletableFuture.supplyAsync(() -> {
            try {
                return GatewayEnvoy.start(xds.address(), "ml/three", THREE_HOST);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        await().until(() -> xds.envoys("ml/three").connected() == 1);
        await().during(Duration.ofSeconds(1)).until(() -> !starting.isDone());

        Gateway three = Plans.gateway("ml/three", port, Plans.answer("three"));
        xds.publish(new Plan(
                Stream.concat(usual().gateways().stream(), Stream.of(three)).toList()));
        try (GatewayEnvoy envoy = starting.get()) {
            assertThat(answer(envoy)).isEqualTo("three");
        }
        await().until(() -> xds.envoys("ml/three").connected() == 0);
    }

    @Test
    void aGatewayThatIsGoneLeavesItsEnvoyAsItIs() {
        xds.publish(new Plan(usual().gateways().subList(1, 2)));

        assertThat(answer(two)).isEqualTo("two");
        assertThat(answer(one)).isEqualTo("one");
    }

    @Test
    void aRefusalStandsForItsGatewayUntilSomethingBetterIsAccepted() {
        Plan.Match broken = new Plan.Match(new Plan.PathMatch(Plan.PathKind.REGEX, "/(["), null, List.of(), List.of());
        Plan.Route route = new Plan.Route(
                "broken", broken, new Plan.Action.Respond(200, "no"), Plan.Headers.UNCHANGED, null, null);
        xds.publish(plan(route));
        await().until(() -> xds.envoys(ONE).refusal() != null);
        assertThat(xds.envoys(ONE).refusal()).satisfies(nack -> {
            assertThat(nack.gateway()).isEqualTo(ONE);
            assertThat(nack.node()).isEqualTo("pod-" + ONE_HOST);
            assertThat(nack.message()).contains("missing ]");
        });
        assertThat(xds.envoys(TWO).refusal()).isNull();
        assertThat(answer(one)).isEqualTo("one");

        xds.publish(plan(Plans.answer("better")));
        await().until(() -> answer(one).equals("better"));
        await().until(() -> xds.envoys(ONE).refusal() == null);
    }

    /// With a body too, which Envoy could not send on once the picker had got any of it.
    @Test
    void aPoolWhosePickerHasNoReplicaFailsAsItsModeSays() throws IOException {
        Loopback pods = Loopback.of(1);
        Address address = new Address(pods.hosts().getFirst(), pods.port());
        Plan.Picker nobody = new Plan.Picker("ml/nobody:9002", List.of(), true, true);
        try (RecordingPod _ = RecordingPod.start(pods.socket(0));
                Client client = one.client(port)) {
            for (boolean failOpen : new boolean[] {true, false}) {
                Pool pool = new Pool("ml/alone", Plan.Protocol.HTTP1, List.of(address), nobody, failOpen, false);
                xds.publish(new Plan(List.of(
                        Plans.gateway(ONE, port, Plans.route("all", Plans.forward(List.of(pool), List.of())), pool),
                        usual().gateways().getLast())));
                await().untilAsserted(() -> assertThat(client.post("/v1/completions", "x".repeat(1 << 20))
                                .statusCode())
                        .isEqualTo(failOpen ? 200 : 503));
            }
        }
    }

    @Test
    void outsideSeesOfTheAdminInterfaceWhatProbesAndPrometheusNeed() {
        try (Client health = one.health()) {
            assertThat(health.get("/ready").body()).isEqualToIgnoringWhitespace("LIVE");
            assertThat(health.get("/stats/prometheus").body()).contains("envoy_cluster_manager_active_clusters");
            for (String path : List.of("/", "/stats", "/quitquitquit", "/config_dump", "/ready/../config_dump")) {
                assertThat(health.get(path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    private static String answer(GatewayEnvoy envoy) {
        try (Client client = envoy.client(port)) {
            return client.get("/").body();
        }
    }

    private static List<Long> pushes() {
        return PUSHES.stream().map(name -> one.stat(name.formatted(port, port))).toList();
    }

    private static Plan usual() {
        return plan(Plans.answer("one"), new Address("10.0.0.1", 8000));
    }

    /// @param route of the first Gateway, which has a pool of these pods besides
    private static Plan plan(Plan.Route route, Address... pods) {
        Pool pool = Plans.pool("ml/llama", new Plan.Picker(new Address("127.0.0.1", 9), false), pods);
        return new Plan(List.of(Plans.gateway(ONE, port, route, pool), Plans.gateway(TWO, port, Plans.answer("two"))));
    }
}
