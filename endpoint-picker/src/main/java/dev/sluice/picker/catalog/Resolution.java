package dev.sluice.picker.catalog;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import java.util.List;

/// The meaning of a model name on a route.
public sealed interface Resolution {
    /// No InferenceModel of the route's pool publishes anything, so that the name goes on as it came; or a rewrite of
    /// the pool says as what it goes on.
    record PassedThrough(Target target) implements Resolution {}

    /// The route's pool serves it, by one of this model's targets.
    record Resolved(PublishedModel model) implements Resolution {}

    /// Any of several pools may serve it, by one of this model's targets, or only others than the route's.
    ///
    /// @param bindings those that the request may go to
    record Movable(PublishedModel model, List<PoolBinding> bindings) implements Resolution {
        public Movable {
            bindings = List.copyOf(bindings);
        }
    }

    /// No InferenceModel of the pools publishes the name, though some are bound to them.
    record Unpublished(ModelName requested, List<ModelName> published) implements Resolution {
        public Unpublished {
            published = List.copyOf(published);
        }
    }
}
