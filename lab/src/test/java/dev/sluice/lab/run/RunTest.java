package dev.sluice.lab.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.sluice.lab.contender.Contenders;
import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunTest {
    @TempDir
    Path folder;

    @Test
    void theSameSeedYieldsTheSameFigures() throws IOException {
        Workload workload = sharing("count: 3", 12);
        for (String contender : Contenders.names()) {
            Result first = run(workload, contender, 7);
            Result second = run(workload, contender, 7);

            assertThat(second.total()).as(contender).isEqualTo(first.total());
            assertThat(second.stages()).as(contender).isEqualTo(first.stages());
            assertThat(run(workload, contender, 8).total()).as(contender).isNotEqualTo(first.total());
        }
    }

    @Test
    void everyRequestEndsOnceUnderEveryContender() throws IOException {
        Workload workload = sharing("count: 3", 12);
        for (String contender : Contenders.names()) {
            Result result = run(workload, contender, 1);

            assertThat(result.playback().arrived()).as(contender).isBetween(200, 280);
            assertThat(result.playback().ended())
                    .as(contender)
                    .isEqualTo(result.playback().arrived());
            assertThat(result.total().load().unfinished()).as(contender).isZero();
            assertThat(result.total().slo().goodput()).as(contender).isPositive();
        }
    }

    @Test
    void whatIsNotDoneInTimeCountsAsMissed() throws IOException {
        Workload overload = Workload.read(Files.writeString(folder.resolve("overload.yaml"), """
                name: overload
                fleet: [{profile: l40s-8b, count: 1}]
                arrivals: {stages: [{rate: 20, seconds: 20}]}
                mix: [{prompt: 4000, output: 500}]
                settleSeconds: 5
                """));

        Result result = run(overload, "cost", 1);

        assertThat(result.playback().ended()).isLessThan(result.playback().arrived());
        assertThat(result.total().load().unfinished())
                .isEqualTo(result.playback().arrived() - result.playback().ended());
        assertThat(result.total().slo().kept()).isLessThan(0.2);
        assertThat(result.total().load().requests()).isEqualTo(result.playback().arrived());
    }

    @Test
    void kindsWithNamesHaveFiguresAndObjectivesOfTheirOwn() throws IOException {
        Workload workload = Workload.read(Files.writeString(folder.resolve("kinds.yaml"), """
                name: kinds
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 10, seconds: 30}]}
                mix:
                  - {name: hopeless, prompt: 1000, output: 20, slo: {ttftMillis: 1, tpotMillis: 1}}
                  - {name: easy, share: 2, prompt: 100, output: 20}
                """));

        Result result = run(workload, "cost", 1);

        Figures hopeless = result.kinds().get("hopeless");
        Figures easy = result.kinds().get("easy");
        assertThat(hopeless.slo().kept()).isZero();
        assertThat(easy.slo().kept()).isEqualTo(1);
        assertThat(easy.load().requests() + hopeless.load().requests())
                .isEqualTo(result.playback().arrived());
        assertThat(easy.load().requests() / hopeless.load().requests()).isBetween(1.5, 2.6);
        assertThat(easy.fleet().throughput() + hopeless.fleet().throughput())
                .isCloseTo(result.total().fleet().throughput(), withinPercentage(1));
        assertThat(result.fairness()).isEmpty();
    }

    /// Nothing here sees to it that tenants get the same: each gets in proportion to what it sends.
    @ParameterizedTest
    @CsvSource({"1, 1.00", "10, 0.60"})
    void tenantsThatAllWaitAreComparedByWhatTheyGot(int share, double index) throws IOException {
        Workload workload = Workload.read(Files.writeString(folder.resolve("tenants.yaml"), """
                name: tenants
                fleet: [{profile: l40s-8b, count: 1}]
                arrivals: {stages: [{rate: 40, seconds: 140}]}
                settleSeconds: 1
                mix:
                  - {name: one, tenants: 1, prompt: 1000, output: 100}
                  - {name: other, tenants: 1, share: %d, prompt: 1000, output: 100}
                """.formatted(share)));

        Fairness fairness = run(workload, "round-robin", 1).fairness().orElseThrow();

        assertThat(fairness.leastJain()).isCloseTo(index, within(0.03));
        assertThat(fairness.meanJain()).isCloseTo(index, within(0.03));
        assertThat(fairness.seconds()).isGreaterThan(100);
        assertThat(fairness.gap()).isPositive();
    }

    @Test
    void moreRequestsThanMayBeInFlightAreRefusedAndCountAsMissed() throws IOException {
        Workload limited = Workload.read(Files.writeString(folder.resolve("limited.yaml"), """
                name: limited
                fleet: [{profile: l40s-8b, count: 1}]
                arrivals: {maxInFlight: 10, stages: [{rate: 20, seconds: 20}]}
                mix: [{prompt: 1000, output: 200}]
                """));

        Result result = run(limited, "cost", 1);

        assertThat(result.total().load().refused()).isBetween(100.0, 390.0);
        assertThat(result.total().load().requests()).isEqualTo(result.playback().arrived());
        assertThat(result.total().slo().kept())
                .isLessThan(
                        1 - result.total().load().refused() / result.playback().arrived() + 1e-9);
        // Who is in does not wait for those who are not.
        assertThat(result.total().ttft().p90()).isLessThan(1_000);
    }

    /// Mooncake's trace has a prompt of 134,773 tokens, and the model's context is 131,072.
    @Test
    void whatNoServerCanTakeIsRefusedAndTheRunGoesOn() throws IOException {
        Files.writeString(folder.resolve("long.jsonl"), """
                {"timestamp": 0, "input_length": 600, "output_length": 20, "hash_ids": [0, 1]}
                {"timestamp": 900, "input_length": 134773, "output_length": 20, "hash_ids": [0, 2]}
                {"timestamp": 1800, "input_length": 600, "output_length": 20, "hash_ids": [0, 3]}
                """);
        Workload workload = Workload.read(Files.writeString(folder.resolve("long.yaml"), """
                name: long
                fleet: [{profile: h100-8b, count: 2}]
                arrivals: {trace: {file: long.jsonl}}
                """));
        for (String contender : Contenders.names()) {
            Result result = run(workload, contender, 1);

            assertThat(result.playback().ended()).as(contender).isEqualTo(3);
            assertThat(result.total().load().refused()).as(contender).isEqualTo(1);
            assertThat(result.total().load().requests()).as(contender).isEqualTo(3);
            assertThat(result.total().load().unfinished()).as(contender).isZero();
            assertThat(result.total().ttft().p99()).as(contender).isLessThan(200);
        }
    }

    @Test
    void enginesThatComputeEachRequestForItselfServeThemAll() throws IOException {
        Workload workload = Workload.read(Files.writeString(folder.resolve("parallel.yaml"), """
                name: parallel
                fleet:
                  - count: 2
                    kvTokens: 19200
                    fit: {p0: 4, p1: 0.2, p2: 0, d0: 8, d1: 0, d2: 0}
                    setup: {maxSequences: 2, engine: parallel-prefill, unlabelled: true}
                arrivals: {stages: [{rate: 5, seconds: 20}]}
                mix: [{system: {groups: 2, tokens: 500}, prompt: 100, output: 20}]
                told: {usage: false}
                """));
        for (String contender : List.of("cost", "round-robin", "oracle")) {
            Result result = run(workload, contender, 1);

            assertThat(result.playback().ended())
                    .as(contender)
                    .isEqualTo(result.playback().arrived());
            assertThat(result.total().fleet().hitRatio()).as(contender).isGreaterThan(0.5);
            assertThat(result.total().tpot().p50()).as(contender).isBetween(7.0, 33.0);
            assertThat(result.total().fleet().utilization()).as(contender).isBetween(0.2, 1.0);
        }
    }

    @Test
    void priorsMatterToThosePoliciesAloneThatPredict() throws IOException {
        Workload workload = sharing("count: 3", 12);
        Workload misled = workload.withPriors(List.of(10.0));

        assertThat(run(misled, "cost", 1).total())
                .isNotEqualTo(run(workload, "cost", 1).total());
        assertThat(run(misled, "round-robin", 1).total())
                .isEqualTo(run(workload, "round-robin", 1).total());
    }

    @Test
    void severalPickersServeTheSameRequestsAndEachSeesAPart() throws IOException {
        Workload workload = sharing("count: 3", 12);

        Result one = run(workload, "cost", 1);
        Result two = run(workload, "cost-x2", 1);

        assertThat(two.playback().arrived()).isEqualTo(one.playback().arrived());
        assertThat(two.playback().ended()).isEqualTo(two.playback().arrived());
        assertThat(two.total()).isNotEqualTo(one.total());
    }

    @Test
    void eachServersTokensAreCounted() throws IOException {
        Result result = run(sharing("count: 2}, {profile: l40s-8b, count: 2, joinsAtSeconds: 8", 12), "round-robin", 1);

        double tokens = 0;
        for (float[] second : result.timeline().tokens()) {
            for (float server : second) {
                tokens += server;
            }
        }
        assertThat(tokens).isGreaterThan(10_000);
        assertThat(result.timeline().tokens().get(20)).hasSize(4);
        assertThat(result.timeline().tokens().get(20)[3]).isPositive();
    }

    @Test
    void aSharedPromptIsFoundInTheCacheWhereItWasSentBefore() throws IOException {
        Workload workload = sharing("count: 3", 12);

        // A third of the requests meets the server of its group by chance, and only when it has been there before.
        assertThat(run(workload, "cost", 1).total().fleet().hitRatio()).isGreaterThan(0.6);
        assertThat(run(workload, "llm-d-precise", 1).total().fleet().hitRatio()).isGreaterThan(0.6);
        assertThat(run(workload, "round-robin", 1).total().fleet().hitRatio())
                .isLessThan(run(workload, "cost", 1).total().fleet().hitRatio());
    }

    @Test
    void serversThatJoinLaterAreUsedFromThenOn() throws IOException {
        Workload workload = sharing("count: 2}, {profile: l40s-8b, count: 2, joinsAtSeconds: 8", 12);

        Result result = run(workload, "round-robin", 1);

        assertThat(result.timeline().utilization().get(5)).hasSize(2);
        assertThat(result.timeline().utilization().get(15)).hasSize(4);
        assertThat(result.timeline().utilization().get(15)[3]).isPositive();
    }

    @Test
    void aStageWaitsUntilTheOneBeforeHasDrained() throws IOException {
        Workload workload = Workload.read(Files.writeString(folder.resolve("drain.yaml"), """
                name: drain
                fleet: [{profile: l40s-8b, count: 1}]
                arrivals: {drain: true, stages: [{rate: 10, seconds: 5}, {rate: 1, seconds: 5}]}
                mix: [{prompt: 4000, output: 100}]
                """));

        Result result = run(workload, "cost", 1);

        assertThat(result.stages()).hasSize(2);
        // The first stage is an overload, of which the second would still suffer.
        assertThat(result.stages().get(1).ttft().mean() * 3)
                .isLessThan(result.stages().get(0).ttft().mean());
        assertThat(result.playback().ended()).isEqualTo(result.playback().arrived());
    }

    @Test
    void twiceTheServersCarryAboutTwiceTheRate() throws IOException, InterruptedException {
        Trial.Settings settings = new Trial.Settings(1, 1, folder, 1);
        Workload two = plain(2);

        double small = Capacity.ofFleet(two, "least-request", settings).rate();
        double large = Capacity.ofFleet(plain(4), "least-request", settings).rate();
        Capacity needed = Capacity.ofRate(two, small, "least-request", settings);

        assertThat(large / small).isBetween(1.6, 2.6);
        assertThat(needed.found()).isTrue();
        assertThat(needed.servers()).isBetween(1, 3);
    }

    @Test
    void playsFasterThanTheClock() throws IOException {
        Result result = run(sharing("count: 3", 12), "cost", 1);

        assertThat(result.playback().virtualSeconds())
                .isGreaterThan(result.playback().wallSeconds());
    }

    @Test
    void aTrialHasARowForEachSeedAndTheirMean() throws IOException, InterruptedException {
        List<Trial> trials =
                Trial.all(plain(2), List.of("cost", "random"), new Trial.Settings(3, 2, folder, 1), _ -> {});

        assertThat(trials).extracting(Trial::contender).containsExactly("cost", "random");
        Trial first = trials.getFirst();
        assertThat(first.results()).hasSize(3);
        assertThat(first.figures().ttft().mean())
                .isBetween(
                        first.results().stream()
                                .mapToDouble(r -> r.total().ttft().mean())
                                .min()
                                .orElseThrow(),
                        first.results().stream()
                                .mapToDouble(r -> r.total().ttft().mean())
                                .max()
                                .orElseThrow());
    }

    private Workload plain(int servers) throws IOException {
        return Workload.read(Files.writeString(folder.resolve("plain-" + servers + ".yaml"), """
                name: plain
                fleet: [{profile: l40s-8b, count: %d}]
                arrivals: {stages: [{rate: 2, seconds: 5, warmUp: true}, {rate: 2, seconds: 10}]}
                mix: [{prompt: 2000, output: 20}]
                """.formatted(servers)));
    }

    /// Groups that share long prompts, more than the engines' caches hold together.
    private Workload sharing(String servers, int rate) throws IOException {
        return Workload.read(Files.writeString(folder.resolve("sharing.yaml"), """
                name: sharing
                fleet: [{profile: l40s-8b, %s}]
                arrivals: {stages: [{rate: %d, seconds: 20}]}
                mix:
                  - {system: {groups: 12, tokens: 2000}, prompt: {mean: 100, cv: 1}, output: {mean: 60, cv: 1}}
                  - {share: 0.1, adapters: 3, adapterPrefix: tuned, prompt: 50, output: 20}
                """.formatted(servers, rate)));
    }

    private Result run(Workload workload, String contender, long seed) throws IOException {
        return Run.of(new Run.Plan(workload, contender, seed, folder, Silicon.real(1)));
    }
}
