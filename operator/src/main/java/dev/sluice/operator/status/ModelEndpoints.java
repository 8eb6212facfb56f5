package dev.sluice.operator.status;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.LoraAdapter;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.api.v1alpha1.PoolRef;
import dev.sluice.api.v1alpha1.TargetStatus;
import dev.sluice.operator.resolve.backend.Bindings;
import dev.sluice.operator.status.Observed.ModelReading;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.status.Observed.TargetReading;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The endpoints of a model, as pickers see them: how many endpoints serve it, and what each target serves.
///
/// @param ready how many serve it; null when no picker says so
/// @param served what the servers of its pools list, where that is known
record ModelEndpoints(@Nullable Integer ready, List<TargetStatus> targets, List<String> served) {

    ModelEndpoints {
        served = List.copyOf(served);
        targets = List.copyOf(targets);
    }

    /// Only the pools in which the name is this model's count.
    static ModelEndpoints of(InferenceModel model, Bindings bindings, Observed observed) {
        String namespace = model.getMetadata().getNamespace();
        List<PoolReading> pools = model.getSpec().poolRefs().stream()
                .map(PoolRef::name)
                .filter(pool -> bindings.rival(model, pool).isEmpty())
                .map(pool -> observed.pools().get(namespace + "/" + pool))
                .filter(Objects::nonNull)
                .toList();
        List<List<TargetReading>> readings =
                pools.stream().map(pool -> readings(pool, model)).toList();
        Integer ready = pools.isEmpty()
                ? null
                : Integer.valueOf(readings.stream()
                        .mapToInt(pool -> pool.stream()
                                .mapToInt(TargetReading::endpoints)
                                .max()
                                .orElse(0))
                        .sum());
        List<TargetStatus> old =
                model.getStatus() == null ? List.of() : model.getStatus().targets();
        return new ModelEndpoints(
                ready,
                wanted(model).stream()
                        .map(target -> target(target, model, readings, old))
                        .toList(),
                pools.stream()
                        .flatMap(pool -> pool.serves().stream())
                        .distinct()
                        .sorted()
                        .toList());
    }

    /// Without targets, servers run the model under the name that clients use.
    private static List<ModelTarget> wanted(InferenceModel model) {
        return model.getSpec().targets().isEmpty()
                ? List.of(new ModelTarget(model.getSpec().modelName(), 1, null))
                : model.getSpec().targets();
    }

    private static List<TargetReading> readings(PoolReading pool, InferenceModel model) {
        return pool.models().stream()
                .filter(reading -> reading.name().equals(model.getSpec().modelName()))
                .map(ModelReading::targets)
                .findFirst()
                .orElse(List.of());
    }

    private static TargetStatus target(
            ModelTarget target, InferenceModel model, List<List<TargetReading>> pools, List<TargetStatus> old) {
        String name =
                Objects.requireNonNullElse(target.modelName(), model.getSpec().modelName());
        LoraAdapter adapter = target.adapter();
        String run = adapter == null ? name : adapter.name();
        List<TargetReading> all = pools.stream().flatMap(List::stream).toList();
        List<TargetReading> seen = all.stream()
                .filter(reading ->
                        reading.target().equals(run) || reading.target().equals(name))
                .toList();
        Integer before = old.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .map(TargetStatus::share)
                .orElse(null);
        return new TargetStatus(
                name,
                adapter == null ? null : adapter.name(),
                pools.isEmpty()
                        ? null
                        : Integer.valueOf(
                                seen.stream().mapToInt(TargetReading::endpoints).sum()),
                Percent.shown(before, share(seen, all)));
    }

    /// Of the shares that several pools say, of 100 each; null when no pool had requests.
    private static @Nullable Integer share(List<TargetReading> of, List<TargetReading> all) {
        int total = sum(all);
        return total == 0 ? null : Integer.valueOf(Math.round(100f * sum(of) / total));
    }

    private static int sum(List<TargetReading> readings) {
        return readings.stream()
                .map(TargetReading::share)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .sum();
    }
}
