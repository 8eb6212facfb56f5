package dev.sluice.picker.catalog;

import dev.sluice.picker.choice.WeightedChoice;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.picker.request.Affinity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model name that clients may send, the weighted targets that serve it, and the pools where they run.
///
/// Equal in all its pools; so two pools that publish one name have one model exactly when these are equal.
///
/// @param tokenizer how its prompts become tokens, or null when that is not known
/// @param created when it was published, in seconds since 1970; 0 when that is not known
/// @param bindings the pools that it is bound to; empty where that is only the one that publishes it
/// @param affinity how its sessions stay at an endpoint; null where each request is placed by itself
public record PublishedModel(
        ModelName name,
        List<WeightedTarget> targets,
        @Nullable TokenizerSource tokenizer,
        long created,
        List<PoolBinding> bindings,
        @Nullable Affinity affinity) {
    /// A model of one pool whose prompts are not tokenized.
    public PublishedModel(ModelName name, List<WeightedTarget> targets) {
        this(name, targets, null, 0, List.of());
    }

    /// A model without sessions.
    public PublishedModel(
            ModelName name,
            List<WeightedTarget> targets,
            @Nullable TokenizerSource tokenizer,
            long created,
            List<PoolBinding> bindings) {
        this(name, targets, tokenizer, created, bindings, null);
    }

    public PublishedModel {
        targets = List.copyOf(targets);
        bindings = List.copyOf(bindings);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("model " + name + " has no target");
        }
    }

    /// A way to serve a published model, and its weight.
    ///
    /// @param weight its share in proportion to the other targets' weights; 0 receives nothing unless all are 0
    public record WeightedTarget(ModelName served, @Nullable ModelName adapter, int weight) {
        public WeightedTarget {
            if (weight < 0) {
                throw new IllegalArgumentException("weight must not be negative: " + weight);
            }
        }

        /// A target, in proportion to the weights over uniformly distributed seeds.
        static WeightedTarget choose(List<WeightedTarget> targets, long seed) {
            return WeightedChoice.bySeed(targets, WeightedTarget::weight, seed);
        }
    }

    /// A request for the model may still become that.
    public boolean offers(Target target) {
        return targets.stream().anyMatch(way -> way.weight() > 0 && target(way).equals(target));
    }

    /// The model for a request that names it otherwise: with the target that the request gets.
    PublishedModel requestedAs(ModelName other, long seed) {
        List<WeightedTarget> chosen = List.of(WeightedTarget.choose(targets, seed));
        return new PublishedModel(other, chosen, tokenizer, created, bindings, affinity);
    }

    /// The target of requests that are served this way.
    public Target target(WeightedTarget way) {
        return new Target(name, way.served(), way.adapter());
    }
}
