package dev.sluice.picker.kube;

import dev.sluice.api.ApiDuration;
import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.upstream.Objective;
import dev.sluice.api.v1alpha1.Admission;
import dev.sluice.api.v1alpha1.AdmissionMode;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import dev.sluice.api.v1alpha1.PreemptionPolicy;
import dev.sluice.api.v1alpha1.QueueLimits;
import dev.sluice.picker.catalog.Priorities;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the settings of queues, priorities and objectives.
final class QueueSettings {
    private static final long MEBIBYTE = 1 << 20;

    private QueueSettings() {}

    static AdmissionSettings settings(Admission wanted) {
        AdmissionSettings.QueueLimits usual = AdmissionSettings.DEFAULT.limits();
        return new AdmissionSettings(
                wanted.mode() == AdmissionMode.QUEUE,
                ApiDuration.parse(wanted.maxQueueing()),
                wanted.headroomPercent() / 100.0,
                new AdmissionSettings.Patience(
                        ApiDuration.parse(wanted.timeout()), ApiDuration.parse(wanted.scaleFromZeroTimeout())),
                new AdmissionSettings.QueueLimits(
                        limits(wanted.limits(), usual.total()),
                        limits(wanted.priorityLimits(), usual.each()),
                        limits(wanted.sheddableLimits(), usual.sheddable())));
    }

    private static Limits limits(QueueLimits wanted, Limits usual) {
        Integer mebibytes = wanted.maxMebibytes();
        return new Limits(
                Objects.requireNonNullElse(wanted.maxRequests(), usual.requests()),
                mebibytes == null ? usual.bytes() : mebibytes * MEBIBYTE);
    }

    static Priorities priorities(PoolId pool, Resources resources) {
        Map<String, Priority> classes = resources.all(InferencePriorityClass.class).stream()
                .collect(Collectors.toMap(
                        each -> each.getMetadata().getName(),
                        each -> new Priority(each.getSpec().value()),
                        (first, _) -> first));
        Priority usual = resources.all(InferencePriorityClass.class).stream()
                .filter(each -> each.getSpec().isDefault())
                .map(each -> new Priority(each.getSpec().value()))
                .min(Comparator.naturalOrder())
                .orElse(Priority.STANDARD);
        Map<ModelName, Priority> models = new HashMap<>();
        Map<ModelName, Integer> weights = new HashMap<>();
        Map<ModelName, Objectives> latencies = new HashMap<>();
        resources.all(InferenceModel.class).stream()
                .filter(model -> Models.binds(model, pool))
                .sorted(Models.BY_AGE)
                .forEach(model -> {
                    ModelName name = new ModelName(model.getSpec().modelName());
                    String className = model.getSpec().priorityClassName();
                    Priority priority = className == null ? usual : classes.getOrDefault(className, Priority.STANDARD);
                    models.putIfAbsent(name, priority);
                    weights.putIfAbsent(name, Math.max(1, model.getSpec().fairnessWeight()));
                    latencies.putIfAbsent(name, objectives(model.getSpec().objectives()));
                });
        UpstreamKinds.criticalities(pool, resources.all(LegacyInferenceModel.class))
                .forEach(models::putIfAbsent);
        latencies.values().removeIf(Objectives::isNone);
        return new Priorities(
                UpstreamKinds.objectives(pool, resources.all(Objective.class)),
                models,
                weights,
                latencies,
                usual,
                preempting(resources.all(InferencePriorityClass.class)));
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(InferencePriorityClass priority) {
        new Priority(priority.getSpec().value());
    }

    /// Requests have a priority, wherever they have it from. Of several classes with one value each must say that its
    /// requests preempt.
    private static Set<Priority> preempting(List<InferencePriorityClass> classes) {
        return classes.stream()
                .collect(Collectors.groupingBy(
                        each -> new Priority(each.getSpec().value()),
                        Collectors.mapping(each -> each.getSpec().preemptionPolicy(), Collectors.toSet())))
                .entrySet()
                .stream()
                .filter(policies -> !policies.getValue().contains(PreemptionPolicy.NEVER))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    static Objectives objectives(dev.sluice.api.v1alpha1.@Nullable Objectives wanted) {
        return wanted == null
                ? Objectives.NONE
                : new Objectives(millis(wanted.timeToFirstToken()), millis(wanted.timePerOutputToken()));
    }

    private static double millis(@Nullable String duration) {
        double nanos = duration == null ? 0 : ApiDuration.parse(duration).toNanos();
        return nanos > 0 ? nanos / TimeUnit.MILLISECONDS.toNanos(1) : Double.POSITIVE_INFINITY;
    }
}
