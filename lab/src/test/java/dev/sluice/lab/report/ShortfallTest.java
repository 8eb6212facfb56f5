package dev.sluice.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.lab.run.Figures;
import dev.sluice.lab.run.Result;
import dev.sluice.lab.run.Trial;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShortfallTest {
    @TempDir
    Path folder;

    @Test
    void eachFigureIsComparedWithTheBetterOfTheTwoSimplePolicies() throws IOException {
        List<Trial> trials = List.of(
                trial("A", "cost", 100, 300),
                trial("A", "round-robin", 80, 400),
                trial("A", "least-request", 90, 250),
                trial("A", "oracle", 10, 10));

        assertThat(Shortfall.of(trials))
                .extracting(Shortfall::workload, Shortfall::column, Shortfall::baseline, Shortfall::ratio)
                .containsExactly(
                        tuple("A", Column.TTFT_MEAN, "round-robin", 1.25),
                        tuple("A", Column.TTFT_P99, "least-request", 1.2));
        assertThat(Shortfall.print(Shortfall.of(trials)))
                .startsWith("worse than round-robin or least-request by\n")
                .containsPattern("A +ttft mean +1\\.25  100\\.0 ms, round-robin 80\\.0")
                .doesNotContain("nothing");
    }

    @Test
    void fiveOfAHundredAreChance() throws IOException {
        List<Trial> trials = List.of(
                trial("A", "cost", 104, 104),
                trial("A", "round-robin", 100, 100),
                trial("A", "least-request", 200, 200));

        assertThat(Shortfall.of(trials)).isEmpty();
        assertThat(Shortfall.print(Shortfall.of(trials))).endsWith("nothing\n");
    }

    @Test
    void rowsAreComparedWithThemselvesAlone() throws IOException {
        List<Trial> trials = List.of(
                trial("A", "cost", 100, 100),
                trial("A", "least-request", 100, 100),
                trial("B", "cost", 50, 50),
                trial("B", "least-request", 40, 50));

        assertThat(Shortfall.of(trials)).extracting(Shortfall::workload).containsExactly("B");
    }

    @Test
    void whatWasNotMeasuredIsNotWorse() throws IOException {
        assertThat(Shortfall.of(List.of(
                        trial("A", "cost", Double.NaN, 100),
                        trial("A", "round-robin", 100, Double.NaN),
                        trial("B", "cost", 100, 100))))
                .isEmpty();
    }

    private Trial trial(String name, String contender, double mean, double p99) throws IOException {
        Workload workload = Workload.read(Files.writeString(folder.resolve("workload.yaml"), """
                name: %s
                fleet: [{profile: h100-8b, count: 1}]
                arrivals: {stages: [{rate: 1, seconds: 1}]}
                mix: [{prompt: 10, output: 10}]
                """.formatted(name)));
        Figures figures = new Figures(
                new Figures.OfferedLoad(10, 1, 0, 0),
                new Figures.Ttft(mean, 50, 50, p99),
                new Figures.Tpot(10, 10, 10),
                200,
                new Figures.SloAttainment(1, 1),
                new Figures.FleetFigures(100, 0, 1, 1));
        return new Trial(
                workload,
                contender,
                List.of(new Result(
                        figures,
                        List.of(),
                        new TreeMap<>(),
                        Optional.empty(),
                        new Result.Timeline(List.of(), List.of()),
                        new Result.Playback(10, 10, 10, 1))));
    }
}
