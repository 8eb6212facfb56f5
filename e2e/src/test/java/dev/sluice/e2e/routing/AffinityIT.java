package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The two things a picker is for, through the whole stack: requests that share a prefix meet on the server that
/// has it cached, and requests that share nothing spread.
class AffinityIT {
    private static final int SERVERS = 4;

    private static Fleet fleet;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        Loopback pods = Loopback.of(SERVERS);
        fleet = Fleets.start(pods.sockets());
        gateway = Gateway.start(Manifests.onePool("FailClose", pods));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        fleet.close();
    }

    @BeforeEach
    void cool() {
        fleet.reset();
    }

    @Test
    void requestsThatShareALongPrefixMeetOnOneServerAndHitItsCache() {
        List<Long> before = hits();
        String system = words(7, 2_000);
        Set<String> servers = new HashSet<>();
        for (int turn = 0; turn < 8; turn++) {
            servers.add(send(system, "question " + turn));
        }

        assertThat(servers).hasSize(1);
        List<Long> after = hits();
        int used = 0;
        for (int i = 0; i < SERVERS; i++) {
            used += after.get(i) > before.get(i) ? 1 : 0;
        }
        assertThat(used).as("servers that found a prefix").isEqualTo(1);
    }

    @Test
    void aBurstOfDistinctPromptsSpreadsOverAllServers() throws Exception {
        List<Long> before = requests();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> sent = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                String prompt = words(100 + i, 1_500);
                sent.add(clients.submit(() -> send(prompt, "why?")));
            }
            for (Future<String> one : sent) {
                one.get();
            }
        }
        List<Long> after = requests();
        for (int i = 0; i < SERVERS; i++) {
            assertThat(after.get(i) - before.get(i))
                    .as("requests of server " + i)
                    .isBetween(4L, 13L);
        }
    }

    private static String send(String system, String question) {
        var response = gateway.http().post("/v1/chat/completions", """
                {"model":"%s","max_tokens":4,"messages":[
                  {"role":"system","content":"%s"},{"role":"user","content":"%s"}]}
                """.formatted(Fleets.MODEL, system, question));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.headers().firstValue("x-inference-pod").orElseThrow();
    }

    private static String words(int seed, int count) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(Integer.toString(random.nextInt(36 * 36 * 36), 36)).append(' ');
        }
        return text.toString();
    }

    private static List<Long> hits() {
        return fleet.servers().stream()
                .map(server -> server.stats().engine().prefixCache().hits())
                .toList();
    }

    private static List<Long> requests() {
        return fleet.servers().stream()
                .map(ModelServer::stats)
                .map(stats -> stats.requests())
                .toList();
    }
}
