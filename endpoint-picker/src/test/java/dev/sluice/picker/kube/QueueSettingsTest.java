package dev.sluice.picker.kube;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.upstream.LegacyObjective;
import dev.sluice.api.upstream.LlmdObjective;
import dev.sluice.api.v1alpha1.Admission;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.AdmissionSettings.Limits;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueSettingsTest {
    private record Fixed(List<HasMetadata> objects) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    private static InferencePriorityClass priorityClass(String name, int value, boolean isDefault) {
        return Serialization.unmarshal(
                "metadata: {name: %s}\nspec: {value: %d, default: %b}".formatted(name, value, isDefault),
                InferencePriorityClass.class);
    }

    private static InferenceModel model(String name, String more) {
        return Serialization.unmarshal(
                "metadata: {name: %s, namespace: ml}\nspec: {modelName: %s, poolRefs: [{name: llama}]%s}"
                        .formatted(name, name, more),
                InferenceModel.class);
    }

    private static String objective(String name, int priority) {
        return "metadata: {name: %s, namespace: ml}\nspec: {priority: %d, poolRef: {name: llama}}"
                .formatted(name, priority);
    }

    @Test
    void theObjectiveCountsThenTheModelsClassThenTheDefault() {
        Resources resources = new Fixed(List.of(
                priorityClass("high", 100, false),
                priorityClass("usual", 5, true),
                model("chat", ", priorityClassName: high, fairnessWeight: 3"),
                model("plain", ""),
                Serialization.unmarshal(objective("batch", -7), LegacyObjective.class),
                Serialization.unmarshal(objective("both", 1), LegacyObjective.class),
                Serialization.unmarshal(objective("both", 2), LlmdObjective.class)));
        Catalog catalog = new Catalog(Map.of(), Map.of(), Map.of(POOL, QueueSettings.priorities(POOL, resources)));
        ModelName chat = new ModelName("chat");

        assertThat(catalog.priority(POOL, "", chat)).isEqualTo(new Priority(100));
        assertThat(catalog.priority(POOL, "batch", chat)).isEqualTo(new Priority(-7));
        assertThat(catalog.priority(POOL, "both", chat)).isEqualTo(new Priority(2));
        assertThat(catalog.priority(POOL, "unknown", chat)).isEqualTo(new Priority(100));
        assertThat(catalog.priority(POOL, "", new ModelName("plain"))).isEqualTo(new Priority(5));
        assertThat(catalog.priority(POOL, "", null)).isEqualTo(new Priority(5));
        assertThat(catalog.fairnessWeight(POOL, chat)).isEqualTo(3);
    }

    @Test
    void whatTheClientAsksForCountsThenTheModelsObjectivesEachForItself() {
        Resources resources = new Fixed(List.of(
                model("chat", ", objectives: {timeToFirstToken: 500ms, timePerOutputToken: 50ms}"),
                model("plain", "")));
        Catalog catalog = new Catalog(Map.of(), Map.of(), Map.of(POOL, QueueSettings.priorities(POOL, resources)));
        ModelName chat = new ModelName("chat");
        Objectives soon = new Objectives(100, Double.POSITIVE_INFINITY);

        assertThat(catalog.objectives(POOL, Objectives.NONE, chat)).isEqualTo(new Objectives(500, 50));
        assertThat(catalog.objectives(POOL, soon, chat)).isEqualTo(new Objectives(100, 50));
        assertThat(catalog.objectives(POOL, soon, new ModelName("plain"))).isEqualTo(soon);
        assertThat(catalog.objectives(POOL, soon, null)).isEqualTo(soon);
        assertThat(catalog.objectives(POOL, Objectives.NONE, new ModelName("unknown")))
                .isEqualTo(Objectives.NONE);
    }

    @Test
    void aPriorityPreemptsWhereEachClassOfItsValueSaysSo() {
        Resources resources = new Fixed(List.of(
                preempting("interactive", 100),
                preempting("shared", 50),
                priorityClass("shared-politely", 50, false),
                priorityClass("polite", 10, false),
                model("chat", ", priorityClassName: interactive"),
                Serialization.unmarshal(objective("urgent", 100), LlmdObjective.class)));
        Catalog catalog = new Catalog(Map.of(), Map.of(), Map.of(POOL, QueueSettings.priorities(POOL, resources)));

        Priority chat = catalog.priority(POOL, "", new ModelName("chat"));
        assertThat(catalog.preempts(POOL, chat)).isEqualTo(Preempts.LOWER_PRIORITY);
        Priority urgent = catalog.priority(POOL, "urgent", null);
        assertThat(catalog.preempts(POOL, urgent)).isEqualTo(Preempts.LOWER_PRIORITY);
        assertThat(List.of(new Priority(50), new Priority(10), new Priority(7), Priority.STANDARD))
                .allMatch(priority -> catalog.preempts(POOL, priority) == Preempts.NOBODY);
    }

    private static InferencePriorityClass preempting(String name, int value) {
        return Serialization.unmarshal(
                "metadata: {name: %s}\nspec: {value: %d, preemptionPolicy: PreemptLowerPriority}"
                        .formatted(name, value),
                InferencePriorityClass.class);
    }

    @Test
    void aPolicyWithoutAdmissionHasTheDefaultsAndEachFieldIsItsOwn() {
        InferencePoolPolicy policy = Serialization.unmarshal("""
                metadata: {name: p}
                spec:
                  targetRefs: []
                  admission: {mode: "Off", maxQueueing: 2s, headroomPercent: 25, scaleFromZeroTimeout: 3m, sheddableLimits: {maxRequests: 0}}
                """, InferencePoolPolicy.class);
        AdmissionSettings usual = AdmissionSettings.DEFAULT;

        assertThat(QueueSettings.settings(Admission.DEFAULTS)).isEqualTo(usual);
        assertThat(QueueSettings.settings(policy.getSpec().admission()))
                .isEqualTo(new AdmissionSettings(
                        false,
                        Duration.ofSeconds(2),
                        0.25,
                        new AdmissionSettings.Patience(usual.patience().saturated(), Duration.ofMinutes(3)),
                        new AdmissionSettings.QueueLimits(
                                usual.limits().total(),
                                usual.limits().each(),
                                new Limits(0, usual.limits().sheddable().bytes()))));
    }
}
