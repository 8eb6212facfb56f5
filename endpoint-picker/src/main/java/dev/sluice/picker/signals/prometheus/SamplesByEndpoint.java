package dev.sluice.picker.signals.prometheus;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.signals.engine.EngineLabels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// The samples of a query, by endpoint.
///
/// An engine of several parts has a series for each part, and these add up. After a restart under other labels
/// the old series still shows for a while. Samples that are older than an endpoint's newest sample by half the
/// staleness are therefore left out.
final class SamplesByEndpoint {
    private final Map<Endpoint, List<PrometheusSample>> samples = new HashMap<>();
    private final long spreadMillis;

    /// @param staleness greatest age of a sample
    SamplesByEndpoint(Duration staleness) {
        this.spreadMillis = staleness.toMillis() / 2;
    }

    void add(Endpoint endpoint, PrometheusSample sample) {
        samples.computeIfAbsent(endpoint, _ -> new ArrayList<>()).add(sample);
    }

    void forEach(BiConsumer<Endpoint, List<PrometheusSample>> told) {
        samples.forEach((endpoint, all) -> {
            long newest =
                    all.stream().mapToLong(PrometheusSample::epochMillis).max().orElse(0);
            told.accept(
                    endpoint,
                    all.stream()
                            .filter(sample -> newest - sample.epochMillis() <= spreadMillis)
                            .toList());
        });
    }

    static long oldest(List<PrometheusSample> own) {
        return own.stream().mapToLong(PrometheusSample::epochMillis).min().orElse(0);
    }

    /// The adapters in the labels of the latest sample; its value is the labels' timestamp.
    static Adapters adapters(List<PrometheusSample> own) {
        return own.stream()
                .max(Comparator.comparingDouble(PrometheusSample::value))
                .map(sample -> EngineLabels.adapters(sample.labels()))
                .orElse(Adapters.NONE);
    }
}
