package dev.sluice.picker.catalog;

import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Target;
import java.util.List;

/// What a model name means in a pool.
public sealed interface Resolution {
    /// The request goes on under this target's name.
    record Resolved(Target target) implements Resolution {}

    /// No InferenceModel of the pool publishes the name, though some are bound to it.
    record Unpublished(ModelName requested, List<ModelName> published) implements Resolution {
        public Unpublished {
            published = List.copyOf(published);
        }
    }
}
