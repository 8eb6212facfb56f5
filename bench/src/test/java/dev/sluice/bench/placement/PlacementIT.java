package dev.sluice.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole bench, for moments: real Envoy, Sluice in a JVM of its own, two simulated servers.
class PlacementIT {
    private static final int REQUESTS = 40;

    @TempDir
    Path folder;

    @Test
    void everyContenderServesTheSameRequests() throws Exception {
        Path json = folder.resolve("run.json");
        Path markdown = folder.resolve("run.md");
        try (Fleet fleet = fleet()) {
            String servers = fleet.servers().stream().map(PlacementIT::address).collect(Collectors.joining(","));
            int status = Placement.run(
                    "--servers=" + servers,
                    "--model=tiny",
                    "--shape=shared-prefixes",
                    "--groups=4",
                    "--prefix-tokens=640",
                    "--own-tokens=32",
                    "--output-tokens=8",
                    "--rate=20",
                    "--requests=" + REQUESTS,
                    "--policy=cost,cost-warm,envoy-round-robin",
                    "--proxy=direct=" + address(fleet.servers().getFirst()),
                    "--rounds=2",
                    "--warm-up=10",
                    "--rehearsals=16",
                    "--settle=1",
                    "--max-lateness=60000",
                    "--json=" + json,
                    "--markdown=" + markdown);
            assertThat(status).isZero();
        }

        JsonNode run = new ObjectMapper().readTree(json.toFile());
        assertThat(run.path("turns")).hasSize(2 * 4);
        for (JsonNode turn : run.path("turns")) {
            String contender = turn.path("contender").asText();
            JsonNode figures = turn.path("figures");
            assertThat(turn.path("errors")).as(turn.toString()).isEmpty();
            assertThat(turn.path("requests").asInt()).isEqualTo(REQUESTS);
            assertThat(sum(turn.path("perServer"))).as(turn.toString()).isEqualTo(REQUESTS);
            assertThat(figures.path(PlacementFigure.TTFT_MEAN.toString()).asDouble())
                    .isPositive();
            assertThat(figures.path(PlacementFigure.HIT_RATIO.toString()).asDouble())
                    .isBetween(0.3, 0.99);
            assertThat(figures.path(PlacementFigure.TOKEN_RATIO.toString()).asDouble())
                    .isBetween(0.95, 1.1);
            assertThat(turn.at("/learnt/rates").isArray()).isEqualTo(contender.startsWith("cost"));
        }
        assertThat(contenders(run)).containsExactlyInAnyOrder("cost", "cost-warm", "envoy-round-robin", "direct");
        assertThat(Files.readString(markdown)).contains("Worse than the best of the others", "÷ envoy-round-robin");
    }

    private static Fleet fleet() throws Exception {
        return Fleet.start(
                IntStream.range(1, 3)
                        .mapToObj(i -> ServerConfig.of(
                                "simulator-" + i,
                                new InetSocketAddress("127.0.0.1", 0),
                                "tiny",
                                EngineConfig.of(Profile.H100_8B)))
                        .toList(),
                1);
    }

    private static String address(ModelServer server) {
        return "127.0.0.1:" + server.address().getPort();
    }

    private static int sum(JsonNode counts) {
        int sum = 0;
        for (JsonNode count : counts) {
            sum += count.asInt();
        }
        return sum;
    }

    private static Set<String> contenders(JsonNode run) {
        return new HashSet<>(run.path("summaries").findValuesAsText("contender"));
    }
}
