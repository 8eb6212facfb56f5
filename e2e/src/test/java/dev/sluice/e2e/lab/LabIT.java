package dev.sluice.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.Playback;
import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.run.Figures;
import dev.sluice.lab.run.Run;
import dev.sluice.lab.workload.Traffic;
import dev.sluice.lab.workload.Workload;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The lab against the clock: the same requests at the same moments, in virtual time through the router, and in real
/// time through Envoy, the picker and HTTP to servers with the same engines.
class LabIT {
    private static final double TOLERANCE = 0.15;
    private static final int ATTEMPTS = 2;
    private static final int SERVERS = 4;
    private static final long SEED = 3;

    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(SERVERS)
            .configuringServers(server ->
                    server.withEngine(EngineConfig.of(Profile.L40S_8B)).withStreamInterval(25));

    @TempDir
    static Path folder;

    private static Workload workload;

    @BeforeAll
    static void labelTheGpus() throws IOException {
        workload = Workload.read(
                Files.writeString(folder.resolve("sanity.yaml"), """
                name: sanity
                model: %s
                fleet: [{profile: l40s-8b, count: %d}]
                arrivals: {stages: [{rate: 8, seconds: 5, warmUp: true}, {rate: 8, seconds: 40}]}
                mix:
                  - system: {groups: 12, tokens: 1600}
                    prompt: {mean: 1600, cv: 0.5, min: 400, max: 5000}
                    output: {mean: 100, cv: 0.4, min: 40, max: 300}
                    bytesPerToken: 4
                    limited: true
                """.formatted(GatewayStack.MODEL, SERVERS)));
        Path endpoints = STACK.folder().resolve("endpoints.yaml");
        Files.writeString(
                endpoints,
                Files.readString(endpoints)
                        .replace("{app: llama}", "{app: llama, nvidia.com/gpu.product: NVIDIA-L40S}"));
        await().until(() ->
                STACK.get(STACK.pickerAdmin().resolve("/pools")).body().contains("L40S"));
    }

    @Test
    void theLabFindsTheTimesThatClientsSee() throws Exception {
        Figures lab = lab("cost");
        // What follows could tell no policies apart if all others came as near.
        List<String> alike = new ArrayList<>();
        for (String policy : List.of("random", "service", "weighted")) {
            Figures other = lab(policy);
            if (near(lab.ttft().p50(), other.ttft().p50())
                    && near(lab.ttft().p90(), other.ttft().p90())
                    && near(lab.tpot().p50(), other.tpot().p50())
                    && near(lab.tpot().p90(), other.tpot().p90())) {
                alike.add(policy);
            }
        }
        assertThat(alike).hasSizeLessThan(3);
        List<String> misses = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            STACK.servers().forEach(server -> server.reset());
            Playback.Times real = Playback.of(Traffic.of(workload, SEED, folder), STACK.url(), GatewayStack.MODEL);
            assertThat(real.failures()).isEmpty();
            String comparison =
                    "lab and clients: first token p50 %.0f %.0f, p90 %.0f %.0f ms; per token p50 %.1f %.1f, p90 %.1f %.1f ms"
                            .formatted(
                                    lab.ttft().p50(),
                                    real.firstToken(0.5),
                                    lab.ttft().p90(),
                                    real.firstToken(0.9),
                                    lab.tpot().p50(),
                                    real.perToken(0.5),
                                    lab.tpot().p90(),
                                    real.perToken(0.9));
            if (near(lab.ttft().p50(), real.firstToken(0.5))
                    && near(lab.ttft().p90(), real.firstToken(0.9))
                    && near(lab.tpot().p50(), real.perToken(0.5))
                    && near(lab.tpot().p90(), real.perToken(0.9))) {
                return;
            }
            misses.add(comparison);
        }
        assertThat(misses).as("runs that were further than 15 %% from the lab").isEmpty();
    }

    private static Figures lab(String policy) throws IOException {
        return Run.of(new Run.Plan(workload, policy, SEED, folder, Silicon.PUBLISHED))
                .total();
    }

    private static boolean near(double lab, double real) {
        return Math.abs(real - lab) <= TOLERANCE * lab;
    }
}
