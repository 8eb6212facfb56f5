package dev.sluice.e2e.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.simulator.Fleet;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A rollout under load, through the whole stack: a canary goes from nothing to everything while every pod is replaced
/// once, no request is lost, and no session that has seen the canary goes back.
class CanaryIT {
    private static final int PODS = 3;
    private static final int CLIENTS = 25;
    /// Of these, half keep a cookie.
    private static final int REQUESTS = Integer.getInteger("sluice.canary.requests", 5_000);

    private static final int[] WEIGHTS = {0, 5, 20, 50, 80, 100};
    /// Every so many requests a session asks which target served it.
    private static final int ASKED = 4;

    private Loopback pods;
    private Fleet fleet;
    private Gateway gateway;
    private final AtomicInteger sent = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() throws Exception {
        pods = Loopback.of(2 * PODS);
        fleet = Fleets.start(pods.sockets(), "v1", "v2");
        gateway = Gateway.start(yaml(0, 0));
    }

    @AfterEach
    void stop() {
        gateway.close();
        fleet.close();
    }

    /// @param replaced how many pods of the first set have gone, each for one of the second
    private String yaml(int canary, int replaced) {
        return Manifests.all(
                Manifests.gateway(),
                Manifests.route("all", "{path: {type: PathPrefix, value: /}}", "pool"),
                Manifests.pool("pool", "FailClose", pods.port()),
                Manifests.endpoints("pool", pods.hosts().subList(replaced, replaced + PODS)),
                Manifests.model("chat", "chat", "pool") + """
                          sessionAffinity: {timeToLive: 30s}
                          targets:
                            - {adapter: {name: v1}, weight: %d}
                            - {adapter: {name: v2}, weight: %d}
                        """.formatted(100 - canary, canary));
    }

    /// What one client has seen.
    private record CanaryClient(List<String> targets, boolean keepsCookies) {}

    private CanaryClient run(int number, int requests) {
        CanaryClient client = new CanaryClient(new ArrayList<>(), number % 2 == 0);
        String cookie = "";
        for (int i = 0; i < requests; i++) {
            String[] headers = cookie.isEmpty() ? new String[0] : new String[] {"cookie", cookie};
            HttpResponse<String> response =
                    gateway.http().post("/v1/chat/completions", """
                    {"model":"chat","max_tokens":3,"stream":true,"messages":[{"role":"user","content":"%d of %d"}]}
                    """.formatted(i, number), headers);
            sent.incrementAndGet();
            if (response.statusCode() != 200 || !response.body().contains("[DONE]")) {
                failures.add(response.statusCode() + " " + response.body());
            }
            if (client.keepsCookies()) {
                String set = response.headers().firstValue("set-cookie").orElse(cookie + ";");
                cookie = set.substring(0, set.indexOf(';'));
                if (i % ASKED == 0) {
                    String id = response.headers().firstValue("x-request-id").orElse("none");
                    client.targets()
                            .add(gateway.admin("/explain/" + id).path("model").asText());
                }
            }
        }
        return client;
    }

    @Test
    void aCanaryTakesOverWithoutALostRequestOrASessionThatFlipsBack() throws Exception {
        int stages = WEIGHTS.length + PODS;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<CanaryClient>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(threads.submit(() -> run(number, REQUESTS / CLIENTS)));
            }
            int canary = 0;
            int replaced = 0;
            for (int stage = 0; stage < stages; stage++) {
                awaitSent(REQUESTS / (stages + 1) * (stage + 1));
                if (stage % 3 == 2) {
                    replaced++;
                } else {
                    canary++;
                }
                gateway.publish(yaml(WEIGHTS[Math.min(canary, WEIGHTS.length - 1)], replaced));
            }
            for (Future<CanaryClient> each : clients) {
                CanaryClient client = each.get();
                if (client.keepsCookies()) {
                    assertThat(client.targets()).as("in this order").isSorted().contains("v1");
                    assertThat(client.targets()).last().isEqualTo("v2");
                }
            }
        }
        assertThat(failures).isEmpty();
        assertThat(sent.get()).isEqualTo(REQUESTS / CLIENTS * CLIENTS);
        assertThat(gateway.metric("sluice_target_requests_total")).isEqualTo(sent.get());
        assertThat(gateway.metric("sluice_requests_in_flight")).isZero();
        List<Long> before = served();
        run(0, 12);
        List<Long> after = served();
        assertThat(after.subList(0, PODS)).as("the old pods").isEqualTo(before.subList(0, PODS));
        assertThat(after.subList(PODS, 2 * PODS)).as("the new pods").isNotEqualTo(before.subList(PODS, 2 * PODS));
    }

    private List<Long> served() {
        return fleet.servers().stream().map(server -> server.stats().requests()).toList();
    }

    private void awaitSent(int count) throws InterruptedException {
        while (sent.get() < count) {
            Thread.sleep(10);
        }
    }
}
