package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RawConnection;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Several pools behind one picker: by header and host name, over HTTP/2, on several ports, with and without the
/// response's body.
class RoutingIT {
    private static final String PATH = "/v1/completions";
    private static final String BODY =
            "{\"model\":\"%s\",\"prompt\":\"hello\",\"max_tokens\":3}".formatted(Fleets.MODEL);
    private static final String LONG_STREAM =
            "{\"model\":\"%s\",\"prompt\":\"a\",\"max_tokens\":%d,\"ignore_eos\":true,\"stream\":true}";

    private static Loopback pods;
    private static Fleet fleet;
    private static Gateway gateway;
    private static int secondPort;

    @BeforeAll
    static void start() throws Exception {
        pods = Loopback.of(4);
        secondPort = Loopback.freePort();
        List<InetSocketAddress> sockets = new ArrayList<>(pods.sockets());
        sockets.add(new InetSocketAddress(pods.hosts().get(2), secondPort));
        fleet = Fleets.start(sockets);
        gateway = Gateway.start(Manifests.all(
                Manifests.gateway(),
                Manifests.route("one", "{headers: [{name: x-team, value: one}]}", "one"),
                Manifests.route("two", "{headers: [{name: x-team, value: two}]}", "two"),
                Manifests.route("ports", "{headers: [{name: x-team, value: ports}]}", "ports"),
                Manifests.route("quiet", "{headers: [{name: x-team, value: quiet}]}", "quiet"),
                Manifests.hostRoute("by-host", "two.example", "two"),
                Manifests.pool("one", "FailClose", pods.port()),
                Manifests.h2c(Manifests.pool("two", "FailClose", pods.port())),
                Manifests.pool("ports", "FailClose", pods.port(), secondPort),
                Manifests.pool("quiet", "FailClose", pods.port()),
                Manifests.policy("quiet", "responseProcessing: Headers"),
                Manifests.policy("one", "requestUsage: true"),
                Manifests.model("published-in-one", Fleets.MODEL, "one"),
                Manifests.endpoints("one", pods.hosts().subList(0, 1)),
                Manifests.endpoints("two", pods.hosts().subList(1, 2)),
                Manifests.endpoints("ports", pods.hosts().subList(2, 3)),
                Manifests.endpoints("quiet", pods.hosts().subList(3, 4))));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        fleet.close();
    }

    @Test
    void aHeaderDecidesWhichPoolTheOnePickerPicksFrom() {
        assertThat(pod(post("one"))).isEqualTo("pod-0");
        assertThat(pod(post("two"))).isEqualTo("pod-1");
    }

    @Test
    void aPoolOfHttp2PodsServesHttp1Clients() {
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> response = post("two");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("\"usage\"");
        }
    }

    @Test
    void aHostNameDecidesToo() throws IOException {
        byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection
                    .head(
                            "POST " + PATH + " HTTP/1.1",
                            "host: two.example",
                            "content-type: application/json",
                            "content-length: " + body.length)
                    .send(body);
            assertThat(connection.readUntil("\r\n\r\n")).contains(" 200 ").contains("x-inference-pod: pod-1");
        }
    }

    @Test
    void whatNoRouteTakesIs404AndAsksNoPicker() {
        assertThat(gateway.http().post(PATH, BODY).statusCode()).isEqualTo(404);
    }

    @Test
    void modelsOfOnePoolAreNotThoseOfAnother() {
        String other = "{\"model\":\"other\",\"prompt\":\"hello\"}";

        assertThat(gateway.http().post(PATH, other, "x-team", "one").body()).contains("not published in pool");
        assertThat(gateway.http().post(PATH, other, "x-team", "two").body())
                .as("a pool without models passes every name through, and the server refuses it")
                .contains("does not exist");
    }

    @Test
    void everyTargetPortIsAnEndpointOfItsOwn() {
        Set<String> served = new HashSet<>();
        for (int i = 0; i < 30 && served.size() < 2; i++) {
            served.add(pod(gateway.http()
                    .post(PATH, BODY.replace("hello", "prompt " + i + " ".repeat(i)), "x-team", "ports")));
        }
        assertThat(served).containsExactlyInAnyOrder("pod-2", "pod-4");
    }

    /// Without the body the picker would not know when a generation ends, if Envoy did not keep its stream open.
    @Test
    void aPoolWhosePickerSeesOnlyResponseHeadersCountsARequestUntilItsEnd() throws Exception {
        staysInFlightUntilTheEnd("quiet", 3);
    }

    @Test
    void aPoolWhosePickerSeesTheResponseCountsARequestUntilItsEnd() throws Exception {
        staysInFlightUntilTheEnd("one", 0);
    }

    @Test
    void aClientThatGoesAwayReleasesItsRequestAndTheServersWorkAtOnce() throws Exception {
        ModelServer server = fleet.servers().getFirst();
        long aborted = server.stats().aborted();
        byte[] body = LONG_STREAM.formatted(Fleets.MODEL, 100_000).getBytes(StandardCharsets.UTF_8);
        RawConnection connection = RawConnection.to(gateway.url());
        connection
                .head(
                        "POST " + PATH + " HTTP/1.1",
                        "host: test",
                        "x-team: one",
                        "content-type: application/json",
                        "content-length: " + body.length)
                .send(body);
        connection.readUntil("data: ");
        assertThat(gateway.inFlight("one")).isEqualTo(1);

        connection.abort();

        await().atMost(Duration.ofSeconds(3)).untilAsserted(() -> {
            assertThat(gateway.inFlight("one")).isZero();
            assertThat(server.stats().aborted()).isEqualTo(aborted + 1);
            assertThat(server.stats().engine().running()).isZero();
        });
    }

    @Test
    void aStreamsTokensAreCountedWithoutItsClientSeeing() {
        String body = LONG_STREAM.formatted(Fleets.MODEL, 40);
        String asking = body.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        double before = gateway.metric("sluice_output_tokens_total", "pool=\"default/one\"");

        String hidden = gateway.http().post(PATH, body, "x-team", "one").body();

        assertThat(hidden).endsWith("\n\ndata: [DONE]\n\n").doesNotContain("\"choices\":[]", "\"usage\":{");
        await().atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(gateway.metric("sluice_output_tokens_total", "pool=\"default/one\""))
                        .isEqualTo(before + 40));
        assertThat(gateway.http().post(PATH, asking, "x-team", "one").body())
                .endsWith("\n\ndata: [DONE]\n\n")
                .contains("\"choices\":[],\"usage\":{");
    }

    @Test
    void aResponseNamesTheRequestAndItsExplanationIsThere() {
        HttpResponse<String> response = post("ports");
        String id = response.headers().firstValue("x-request-id").orElseThrow();

        JsonNode explanation = gateway.admin("/explain/" + id);

        assertThat(explanation.path("requestId").asText()).isEqualTo(id);
        assertThat(explanation.path("chosen").asText()).startsWith(pods.hosts().get(2));
        assertThat(explanation.path("candidates")).hasSize(2);
        assertThat(explanation.path("unit").asText()).isEqualTo("ms");
    }

    private static void staysInFlightUntilTheEnd(String pool, int index) throws Exception {
        HttpResponse<InputStream> response = gateway.http()
                .send(
                        gateway.http()
                                .request(PATH, "x-team", pool, "content-type", "application/json")
                                .POST(BodyPublishers.ofString(LONG_STREAM.formatted(Fleets.MODEL, 150)))
                                .build(),
                        BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        try (BufferedReader events =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            int seen = 0;
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                if (line.startsWith("data: {") && ++seen == 20) {
                    assertThat(gateway.inFlight(pool)).as("in the middle").isEqualTo(1);
                    assertThat(fleet.servers().get(index).stats().engine().running())
                            .isEqualTo(1);
                }
            }
            assertThat(seen).isGreaterThan(100);
        }
        await().atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(gateway.inFlight(pool)).isZero());
    }

    private static HttpResponse<String> post(String team) {
        return gateway.http().post(PATH, BODY, "x-team", team);
    }

    private static String pod(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.headers().firstValue("x-inference-pod").orElseThrow();
    }
}
