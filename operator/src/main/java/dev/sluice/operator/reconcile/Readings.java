package dev.sluice.operator.reconcile;

import dev.sluice.operator.status.Observed.ModelReading;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.status.Observed.TargetReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The readings of several pickers become one: they all see the same endpoints, and each has a part of the
/// requests.
///
/// Shares are of the requests since the last regular reading: those between, for which a change of pods asks, are of
/// times too short to say something.
final class Readings {

    private record Counter(String picker, String pool, String model, String target) {}

    private record Share(String pool, String model, String target) {}

    private Map<Counter, Long> counted = Map.of();
    private Map<Share, Integer> shares = Map.of();

    /// @param answers by the picker's address
    /// @param regular whether this ends the time that shares are of
    Map<String, PoolReading> read(Map<String, PickerStatus> answers, boolean regular) {
        if (regular) {
            countShares(answers);
        }
        SortedMap<String, List<PickerStatus.ReportedPool>> pools = new TreeMap<>();
        answers.values()
                .forEach(answer -> answer.pools()
                        .forEach(pool -> pools.computeIfAbsent(name(pool), _ -> new ArrayList<>())
                                .add(pool)));
        Map<String, PoolReading> readings = new HashMap<>();
        pools.forEach((name, said) -> readings.put(name, reading(name, said)));
        return readings;
    }

    private void countShares(Map<String, PickerStatus> answers) {
        Map<Counter, Long> counters = new HashMap<>();
        answers.forEach((picker, answer) -> answer.pools()
                .forEach(pool -> pool.models()
                        .forEach(model -> model.targets()
                                .forEach(target -> counters.put(
                                        new Counter(picker, name(pool), model.name(), target.target()),
                                        target.requests())))));
        Map<Share, Long> requests = new HashMap<>();
        Map<Share, Long> ofModel = new HashMap<>();
        counters.forEach((counter, now) -> {
            long before = counted.getOrDefault(counter, 0L);
            // A counter that is lower than before began anew.
            long since = now >= before ? now - before : now;
            requests.merge(new Share(counter.pool(), counter.model(), counter.target()), since, Long::sum);
            ofModel.merge(new Share(counter.pool(), counter.model(), ""), since, Long::sum);
        });
        Map<Share, Integer> percent = new HashMap<>();
        requests.forEach((share, since) -> {
            long all = ofModel.getOrDefault(new Share(share.pool(), share.model(), ""), 0L);
            if (all > 0) {
                percent.put(share, Math.toIntExact(Math.round(100.0 * since / all)));
            }
        });
        counted = counters;
        shares = percent;
    }

    private PoolReading reading(String pool, List<PickerStatus.ReportedPool> said) {
        SortedMap<String, SortedMap<String, Integer>> models = new TreeMap<>();
        said.forEach(one -> one.models().forEach(model -> {
            SortedMap<String, Integer> targets = models.computeIfAbsent(model.name(), _ -> new TreeMap<>());
            model.targets().forEach(target -> targets.merge(target.target(), target.endpoints(), Math::max));
        }));
        return new PoolReading(
                said.stream()
                        .mapToInt(PickerStatus.ReportedPool::endpoints)
                        .max()
                        .orElse(0),
                said.stream()
                        .mapToDouble(PickerStatus.ReportedPool::saturation)
                        .max()
                        .orElse(0),
                said.stream()
                        .flatMap(one -> one.serves().stream())
                        .distinct()
                        .sorted()
                        .toList(),
                models.entrySet().stream()
                        .map(model -> new ModelReading(
                                model.getKey(),
                                model.getValue().entrySet().stream()
                                        .map(target -> new TargetReading(
                                                target.getKey(),
                                                target.getValue(),
                                                share(pool, model.getKey(), target.getKey())))
                                        .toList()))
                        .toList());
    }

    private @Nullable Integer share(String pool, String model, String target) {
        return shares.get(new Share(pool, model, target));
    }

    private static String name(PickerStatus.ReportedPool pool) {
        return pool.namespace() + "/" + pool.name();
    }
}
