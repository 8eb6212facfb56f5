package dev.sluice.bench.placement;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.bench.placement.load.Sample;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The turn of one contender in one round.
///
/// @param figures without those that there are not
/// @param learnt what Sluice's picker tells of its rates and predictions, or null
record PlacementTrial(
        String contender,
        int round,
        int requests,
        Map<PlacementFigure, Double> figures,
        @JsonUnwrapped Responses responses,
        @Nullable Learnt learnt) {

    PlacementTrial {
        figures = new EnumMap<>(figures);
        figures.values().removeIf(value -> value.isNaN());
    }

    /// The responses, counted.
    ///
    /// @param perServer how many requests each server answered, by its address
    /// @param errors how often each thing went wrong
    record Responses(Map<String, Integer> perServer, Map<String, Long> errors) {
        Responses {
            perServer = new TreeMap<>(perServer);
            errors = new TreeMap<>(errors);
        }
    }

    /// The counts of the servers and the picker's process meanwhile.
    ///
    /// @param perServer how many requests each server counted by its address; not a number where it does not count
    /// @param tokenRatio prompt tokens by token of the plan
    record Meanwhile(double hitRatio, double tokenRatio, double pickerCpuMs, Map<String, Double> perServer) {}

    static PlacementTrial of(
            String contender, int round, List<Sample> samples, Meanwhile meanwhile, @Nullable Learnt learnt) {
        List<Sample> answered = samples.stream().filter(Sample::isAnswered).toList();
        Map<String, Integer> perServer = perServer(samples, meanwhile);
        Map<String, Long> errors = samples.stream()
                .filter(sample -> !sample.isAnswered())
                .collect(Collectors.groupingBy(sample -> String.valueOf(sample.error()), Collectors.counting()));
        Quantiles first = sorted(answered, Sample::firstTokenMs);
        Quantiles duration = sorted(answered, Sample::durationMs);
        Map<PlacementFigure, Double> figures = Map.ofEntries(
                Map.entry(PlacementFigure.TTFT_MEAN, first.mean()),
                Map.entry(PlacementFigure.TTFT_P90, first.at(0.9)),
                Map.entry(PlacementFigure.TTFT_P99, first.at(0.99)),
                Map.entry(PlacementFigure.DURATION_MEAN, duration.mean()),
                Map.entry(
                        PlacementFigure.TPOT_P90,
                        sorted(answered, Sample::perTokenMs).at(0.9)),
                Map.entry(PlacementFigure.ERRORS, (double) (samples.size() - answered.size())),
                Map.entry(PlacementFigure.HIT_RATIO, meanwhile.hitRatio()),
                Map.entry(
                        PlacementFigure.FEWEST,
                        perServer.values().stream()
                                .mapToDouble(each -> each)
                                .min()
                                .orElse(Double.NaN)),
                Map.entry(
                        PlacementFigure.MOST,
                        perServer.values().stream()
                                .mapToDouble(each -> each)
                                .max()
                                .orElse(Double.NaN)),
                Map.entry(PlacementFigure.PICKER_CPU, meanwhile.pickerCpuMs()),
                Map.entry(PlacementFigure.TOKEN_RATIO, meanwhile.tokenRatio()),
                Map.entry(
                        PlacementFigure.LATENESS_P99,
                        sorted(samples, Sample::latenessMs).at(0.99)));
        return new PlacementTrial(contender, round, samples.size(), figures, new Responses(perServer, errors), learnt);
    }

    double figure(PlacementFigure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }

    /// As the responses tell, with 0 for servers that got none; as the servers count, where responses tell nothing.
    private static Map<String, Integer> perServer(List<Sample> samples, Meanwhile meanwhile) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Sample sample : samples) {
            if (sample.server() != null) {
                counts.merge(sample.server(), 1, Integer::sum);
            }
        }
        boolean told = !counts.isEmpty();
        meanwhile.perServer().forEach((server, counted) -> {
            if (told || !counted.isNaN()) {
                counts.putIfAbsent(server, told ? 0 : counted.intValue());
            }
        });
        return counts;
    }

    private static Quantiles sorted(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return Quantiles.of(samples.stream().mapToDouble(of));
    }
}
