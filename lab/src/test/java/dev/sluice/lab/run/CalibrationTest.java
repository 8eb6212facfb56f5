package dev.sluice.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.AbstractDoubleAssert;
import org.junit.jupiter.api.Test;

/// The lab against a run on real GPUs: what llm-d published of its benchmark with 8 servers of Qwen3-32B on two H100
/// each ("KV-Cache Wins You Can See", 2025). Times in seconds; throughput is the mean of the stages' output tokens per
/// second, as it was published.
class CalibrationTest {
    private static final double FACTOR = 2;

    @Test
    void loadOnlyPlacementIsAsSlowAsPublished() throws IOException {
        Result result = run("llm-d-load");

        assertNear(result.total().ttft().p90() / 1e3, 94.9);
        assertNear(result.total().ttft().mean() / 1e3, 47.0);
        assertNear(throughput(result), 4_266);
    }

    @Test
    void estimatedPrefixesAreAsFastAsPublished() throws IOException {
        Result result = run("llm-d-estimated");

        assertNear(result.total().ttft().p90() / 1e3, 31.1);
        assertNear(result.total().ttft().mean() / 1e3, 13.3);
        assertNear(throughput(result), 6_944);
    }

    @Test
    void asManyRequestsAreServedAsPublished() throws IOException {
        Result result = run("random");

        assertNear(result.total().ttft().p90() / 1e3, 92.6);
        assertNear(result.total().ttft().mean() / 1e3, 45.3);
        assertNear(throughput(result), 4_429);
        // The last stage sends 1,500, of which 1,024 were served.
        Figures last = result.stages().getLast();
        assertThat(last.load().requests() - last.load().refused()).isBetween(1_024.0, 1_060.0);
        assertThat(last.load().refused()).isPositive();
    }

    private static AbstractDoubleAssert<?> assertNear(double value, double published) {
        return assertThat(value).isBetween(published / FACTOR, published * FACTOR);
    }

    private static double throughput(Result result) {
        return result.stages().stream()
                .mapToDouble(figures -> figures.fleet().throughput())
                .average()
                .orElseThrow();
    }

    private static Result run(String contender) throws IOException {
        Workload workload = Workload.read(Path.of("../bench/workloads/w4-shared-prefixes.yaml"));
        return Run.of(new Run.Plan(workload, contender, 1, Path.of(""), Silicon.real(1)));
    }
}
