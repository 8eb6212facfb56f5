package dev.sluice.lab.run;

import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// A row of the table: a workload under a contender, over several seeds.
///
/// @param results one for each seed, in their order
public record Trial(Workload workload, String contender, List<Result> results) {
    public Trial {
        results = List.copyOf(results);
    }

    /// The settings by which trials are made.
    ///
    /// @param seeds how many; they are 1, 2, and so on
    /// @param threads runs at once; each run has one thread
    public record Settings(int seeds, int threads, Path traces, double slowness) {}

    /// The mean over the seeds.
    public Figures figures() {
        return Figures.mean(results.stream().map(Result::total).toList());
    }

    /// The mean over the seeds of each stage.
    public List<Figures> stages() {
        int count = results.stream()
                .mapToInt(result -> result.stages().size())
                .min()
                .orElse(0);
        List<Figures> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int stage = i;
            stages.add(Figures.mean(
                    results.stream().map(result -> result.stages().get(stage)).toList()));
        }
        return stages;
    }

    /// The mean over the seeds of each kind of request that has a name.
    public SortedMap<String, Figures> kinds() {
        SortedMap<String, Figures> kinds = new TreeMap<>();
        results.getFirst()
                .kinds()
                .keySet()
                .forEach(kind -> kinds.put(
                        kind,
                        Figures.mean(results.stream()
                                .flatMap(result ->
                                        Stream.ofNullable(result.kinds().get(kind)))
                                .toList())));
        return kinds;
    }

    /// The worst over the seeds.
    public Optional<Fairness> fairness() {
        List<Fairness> all =
                results.stream().flatMap(result -> result.fairness().stream()).toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(Fairness.over(all));
    }

    public double virtualSeconds() {
        return results.stream()
                .mapToDouble(result -> result.playback().virtualSeconds())
                .sum();
    }

    public double wallSeconds() {
        return results.stream()
                .mapToDouble(result -> result.playback().wallSeconds())
                .sum();
    }

    /// Runs a workload under each contender, and hands on each trial as soon as its last run has ended.
    public static List<Trial> all(Workload workload, List<String> contenders, Settings settings, Consumer<Trial> ended)
            throws IOException, InterruptedException {
        List<Trial> trials = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(settings.threads())) {
            List<List<Future<Result>>> pending = new ArrayList<>();
            Silicon silicon = Silicon.real(settings.slowness() * workload.slowdown());
            for (String contender : contenders) {
                pending.add(LongStream.rangeClosed(1, settings.seeds())
                        .mapToObj(seed -> new Run.Plan(workload, contender, seed, settings.traces(), silicon))
                        .map(plan -> threads.submit(() -> Run.of(plan)))
                        .toList());
            }
            try {
                for (int i = 0; i < contenders.size(); i++) {
                    List<Result> results = new ArrayList<>();
                    for (Future<Result> each : pending.get(i)) {
                        results.add(each.get());
                    }
                    trials.add(new Trial(workload, contenders.get(i), results));
                    ended.accept(trials.getLast());
                }
            } catch (ExecutionException failed) {
                threads.shutdownNow();
                throw unwrap(failed);
            }
        }
        return trials;
    }

    private static IOException unwrap(ExecutionException failed) {
        return switch (failed.getCause()) {
            case IOException io -> io;
            case UncheckedIOException io -> new IOException(io.getMessage(), io);
            case RuntimeException fault -> throw fault;
            case null, default -> throw new IllegalStateException(failed);
        };
    }
}
