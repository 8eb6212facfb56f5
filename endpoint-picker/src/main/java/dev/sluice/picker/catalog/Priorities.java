package dev.sluice.picker.catalog;

import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Preempts;
import dev.sluice.picker.model.Priority;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How urgent requests for one pool are, and how their models share what there is.
///
/// @param objectives by the name that clients send
/// @param models by the class that their InferenceModel names
/// @param weights of the models whose share is not 1
/// @param usual of all others
/// @param preempting those of which requests may end others that run
public record Priorities(
        Map<String, Priority> objectives,
        Map<ModelName, Priority> models,
        Map<ModelName, Integer> weights,
        Priority usual,
        Set<Priority> preempting) {
    public static final Priorities NONE = new Priorities(Map.of(), Map.of(), Map.of(), Priority.STANDARD);

    public Priorities {
        objectives = Map.copyOf(objectives);
        models = Map.copyOf(models);
        weights = Map.copyOf(weights);
        preempting = Set.copyOf(preempting);
    }

    /// Where no request ends another.
    public Priorities(
            Map<String, Priority> objectives,
            Map<ModelName, Priority> models,
            Map<ModelName, Integer> weights,
            Priority usual) {
        this(objectives, models, weights, usual, Set.of());
    }

    /// What the client names counts, if the pool has it; then the model's class.
    Priority of(String objective, @Nullable ModelName model) {
        Priority named = objective.isEmpty() ? null : objectives.get(objective);
        if (named != null) {
            return named;
        }
        return model == null ? usual : models.getOrDefault(model, usual);
    }

    /// It is the priority that counts, whatever gave it to the request.
    Preempts preempts(Priority priority) {
        return preempting.contains(priority) ? Preempts.LOWER_PRIORITY : Preempts.NOBODY;
    }

    int weight(ModelName model) {
        return weights.getOrDefault(model, 1);
    }
}
