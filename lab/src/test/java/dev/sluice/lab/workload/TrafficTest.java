package dev.sluice.lab.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficTest {
    @TempDir
    Path folder;

    @Test
    void drawsTheRateAndTheMeanLengthsOfTheFile() throws IOException {
        List<Arrival> arrivals = play(workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 50, seconds: 100, warmUp: true}, {rate: 100, seconds: 100}]}
                mix: [{prompt: {mean: 161, cv: 1.3}, output: {mean: 338, cv: 0.9}}]
                """));

        assertThat(arrivals).hasSizeBetween(14_300, 15_700);
        assertThat(arrivals.stream()
                        .filter(arrival -> arrival.time().stage() == 1)
                        .count())
                .isBetween(9_400L, 10_600L);
        assertThat(arrivals.stream()
                        .mapToInt(arrival -> arrival.prompt().tokens())
                        .average()
                        .orElseThrow())
                .isCloseTo(161, within(12.0));
        assertThat(arrivals.stream()
                        .mapToInt(arrival -> arrival.output().tokens())
                        .average()
                        .orElseThrow())
                .isCloseTo(338, within(15.0));
        assertThat(arrivals)
                .isSortedAccordingTo(
                        (a, b) -> Long.compare(a.time().atNanos(), b.time().atNanos()));
    }

    @Test
    void usersThatAskInTurnComeInOneOrderAnewWithEachStage() throws IOException {
        List<Arrival> arrivals = play(workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 100, seconds: 10}, {rate: 50, seconds: 10}]}
                mix: [{system: {groups: 4, tokens: 600, users: 5, inTurn: true}, prompt: 100, output: 10}]
                """));

        List<Prompt> first = prompts(arrivals, 0);
        List<Prompt> second = prompts(arrivals, 1);
        assertThat(first.subList(0, 20).stream().map(Prompt::segments).distinct())
                .hasSize(20);
        for (int i = 0; i < 200; i++) {
            assertThat(second.get(i).segments()).isEqualTo(first.get(i % 20).segments());
        }
    }

    @Test
    void aTextHasAsManyBytesAsItsKindOfText() throws IOException {
        List<Arrival> arrivals = play(workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 100, seconds: 10}]}
                mix: [{prompt: 1000, output: 10, bytesPerToken: 6}]
                """));

        assertThat(arrivals.stream()
                        .mapToLong(arrival -> arrival.prompt().bytes())
                        .average()
                        .orElseThrow())
                .isCloseTo(6_000, within(60.0));
    }

    private static List<Prompt> prompts(List<Arrival> arrivals, int stage) {
        return arrivals.stream()
                .filter(arrival -> arrival.time().stage() == stage)
                .map(Arrival::prompt)
                .toList();
    }

    @Test
    void burstyArrivalsKeepTheirRateAndSpread() throws IOException {
        List<Arrival> arrivals = play(workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {cv: 4, stages: [{rate: 100, seconds: 1000}]}
                mix: [{prompt: 10, output: 10}]
                """));
        double[] gaps = new double[arrivals.size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (arrivals.get(i + 1).time().atNanos()
                            - arrivals.get(i).time().atNanos())
                    / 1e9;
        }
        double mean = java.util.Arrays.stream(gaps).average().orElseThrow();
        double variance = java.util.Arrays.stream(gaps)
                .map(gap -> (gap - mean) * (gap - mean))
                .average()
                .orElseThrow();

        assertThat(mean).isCloseTo(0.01, within(0.001));
        assertThat(Math.sqrt(variance) / mean).isCloseTo(4, within(0.4));
    }

    @Test
    void readsMooncakesBlocksAndAzuresTimes() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), """
                {"timestamp": 0, "input_length": 1030, "output_length": 5, "hash_ids": [0, 1, 2]}
                {"timestamp": 2000, "input_length": 1100, "output_length": 6, "hash_ids": [0, 1, 3]}
                """);
        Files.writeString(folder.resolve("b.csv"), """
                TIMESTAMP,ContextTokens,GeneratedTokens
                2023-11-16 18:15:46.6805900,374,44
                2023-11-16 18:15:50.6805900,396,109
                """);

        List<Arrival> mooncake = play(traced("a.jsonl", 2));
        assertThat(mooncake).extracting(arrival -> arrival.time().atNanos()).containsExactly(0L, 1_000_000_000L);
        assertThat(mooncake).extracting(arrival -> arrival.prompt().tokens()).containsExactly(1_030, 1_100);
        // The two blocks of 512 tokens are shared: 64 blocks of 16.
        assertThat(mooncake.get(0).prompt().blocks(1).hash(63))
                .isEqualTo(mooncake.get(1).prompt().blocks(2).hash(63));
        assertThat(mooncake.get(0).prompt().blocks(1).hash(64))
                .isNotEqualTo(mooncake.get(1).prompt().blocks(2).hash(64));

        List<Arrival> azure = play(traced("b.csv", 1));
        assertThat(azure).extracting(arrival -> arrival.time().atNanos()).containsExactly(0L, 4_000_000_000L);
        assertThat(azure).extracting(arrival -> arrival.output().tokens()).containsExactly(44, 109);
    }

    @Test
    void playsATraceAtASmallerScale() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), """
                {"timestamp": 0, "input_length": 1030, "output_length": 500, "hash_ids": [0, 1, 2]}
                {"timestamp": 0, "input_length": 1500, "output_length": 3, "hash_ids": [0, 1, 3]}
                {"timestamp": 0, "input_length": 134773, "output_length": 90, "hash_ids": [0, 5]}
                {"timestamp": 0, "input_length": 10, "output_length": 10, "hash_ids": [9]}
                """);

        List<Arrival> arrivals = play(workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals:
                  trace: {file: a.jsonl, cut: {tokenScale: 0.0625, maxPromptTokens: 80, requests: 3}}
                """));

        assertThat(arrivals).extracting(arrival -> arrival.prompt().tokens()).containsExactly(64, 80, 80);
        assertThat(arrivals).extracting(arrival -> arrival.output().tokens()).containsExactly(31, 1, 6);
        // Blocks of 512 tokens are blocks of 32: two of them, 64 tokens, four blocks of the engine, are shared.
        assertThat(arrivals.get(0).prompt().blocks(1).hash(3))
                .isEqualTo(arrivals.get(1).prompt().blocks(2).hash(3));
        assertThat(arrivals.get(1).prompt().blocks(1).hash(1))
                .isEqualTo(arrivals.get(2).prompt().blocks(2).hash(1));
        assertThat(arrivals.get(1).prompt().blocks(1).hash(2))
                .isNotEqualTo(arrivals.get(2).prompt().blocks(2).hash(2));
    }

    @Test
    void aRowForEachOfThePriorsShowsThemInItsName() throws IOException {
        Workload workload = workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 1, seconds: 1}]}
                mix: [{prompt: 10, output: 10}]
                loads: [1, 2]
                told: {usage: false, priors: [1, 10]}
                """);

        assertThat(workload.rows())
                .extracting(Workload::name)
                .containsExactly("test", "test priors×10", "test ×2", "test ×2 priors×10");
        assertThat(workload.rows()).extracting(row -> row.told().prior()).containsExactly(1.0, 10.0, 1.0, 10.0);
        assertThat(workload.told().reportsUsage()).isFalse();
        assertThat(workload.withPriors(List.of(0.1)).rows())
                .extracting(Workload::name)
                .containsExactly("test priors×0.1", "test ×2 priors×0.1");
    }

    @Test
    void saysWhatIsWrongWithAFile() {
        assertThatThrownBy(() -> workload("""
                        name: test
                        fleet: [{profile: h100-8b, count: 1}]
                        arrivals: {stages: [{rate: 1, seconds: 1}]}
                        mix: [{prompt: 10, output: 10}]
                        slos: {}
                        """))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Unrecognized field \"slos\"");
    }

    @Test
    void allKnownWorkloadsCanBeRead() throws IOException {
        try (var files = Files.list(Path.of("../bench/workloads"))) {
            List<Path> known =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(known).hasSizeGreaterThan(8);
            for (Path file : known) {
                assertThat(Workload.read(file).servers()).as(file.toString()).isPositive();
            }
        }
    }

    private Workload traced(String file, double speed) throws IOException {
        return workload("""
                name: test
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {trace: {file: %s, speed: %s}}
                """.formatted(file, speed));
    }

    private Workload workload(String yaml) throws IOException {
        return Workload.read(Files.writeString(folder.resolve("workload.yaml"), yaml));
    }

    private List<Arrival> play(Workload workload) throws IOException {
        List<Arrival> arrivals = new ArrayList<>();
        Traffic.of(workload, 1, folder).forEachRemaining(arrivals::add);
        return arrivals;
    }
}
