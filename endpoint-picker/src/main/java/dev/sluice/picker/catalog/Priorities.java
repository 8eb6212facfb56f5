package dev.sluice.picker.catalog;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.request.Objectives;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Priorities, latency objectives and fairness weights of the requests for a pool.
///
/// @param objectives by the name that clients send
/// @param models by the class that their InferenceModel names
/// @param weights of the models whose share is not 1
/// @param latencies of the models whose InferenceModel has objectives
/// @param usual priority of all others
/// @param preempting those of which requests may end others that run
public record Priorities(
        Map<String, Priority> objectives,
        Map<ModelName, Priority> models,
        Map<ModelName, Integer> weights,
        Map<ModelName, Objectives> latencies,
        Priority usual,
        Set<Priority> preempting) {
    public static final Priorities NONE = new Priorities(Map.of(), Map.of(), Map.of(), Priority.STANDARD);

    public Priorities {
        objectives = Map.copyOf(objectives);
        models = Map.copyOf(models);
        weights = Map.copyOf(weights);
        latencies = Map.copyOf(latencies);
        preempting = Set.copyOf(preempting);
    }

    /// Priorities of a pool where no request preempts another and none has objectives.
    public Priorities(
            Map<String, Priority> objectives,
            Map<ModelName, Priority> models,
            Map<ModelName, Integer> weights,
            Priority usual) {
        this(objectives, models, weights, Map.of(), usual, Set.of());
    }

    /// The priority of a request: what the client names, if the pool has it; then the model's class.
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

    /// The latency objectives of a request: what the client asks for, each of the two for itself; then the
    /// model's.
    Objectives objectives(Objectives asked, @Nullable ModelName model) {
        return model == null || latencies.isEmpty() ? asked : asked.or(latencies.getOrDefault(model, Objectives.NONE));
    }

    int weight(ModelName model) {
        return weights.getOrDefault(model, 1);
    }
}
