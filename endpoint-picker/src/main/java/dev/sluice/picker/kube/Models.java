package dev.sluice.picker.kube;

import dev.sluice.api.ApiDuration;
import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.api.v1alpha1.SessionAffinity;
import dev.sluice.api.v1alpha1.Tokenizer;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.picker.request.Affinity;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads InferenceModels: which names a pool publishes, and what serves them.
final class Models {
    /// The order of InferenceModels with the same name: the oldest counts, and the resource's own name
    /// decides between equals.
    static final Comparator<HasMetadata> BY_AGE = Comparator.comparing((HasMetadata model) ->
                    Objects.requireNonNullElse(model.getMetadata().getCreationTimestamp(), ""))
            .thenComparing(model -> model.getMetadata().getName());

    private Models() {}

    static List<PublishedModel> publishedIn(PoolId pool, Resources resources) {
        Map<ModelName, PublishedModel> published = new LinkedHashMap<>();
        Stream<PublishedModel> own = resources.all(InferenceModel.class).stream()
                .filter(model -> binds(model, pool))
                .sorted(BY_AGE)
                .map(Models::read);
        Stream.concat(own, UpstreamKinds.models(pool, resources.all(LegacyInferenceModel.class)))
                .forEach(model -> published.putIfAbsent(model.name(), model));
        return List.copyOf(published.values());
    }

    /// The model that the pool's servers were started with: the first target that is no adapter; empty when unknown.
    static String base(List<PublishedModel> published) {
        return published.stream()
                .flatMap(model -> model.targets().stream())
                .filter(target -> target.adapter() == null)
                .map(target -> target.served().value())
                .findFirst()
                .orElse("");
    }

    /// The LoRA adapters that the models need.
    static Set<String> adapters(List<PublishedModel> published) {
        return published.stream()
                .flatMap(model -> model.targets().stream())
                .map(WeightedTarget::adapter)
                .filter(Objects::nonNull)
                .map(ModelName::value)
                .collect(Collectors.toSet());
    }

    /// The base models that the models need.
    static Set<String> bases(List<PublishedModel> published) {
        return published.stream()
                .flatMap(model -> model.targets().stream())
                .filter(target -> target.adapter() == null)
                .map(target -> target.served().value())
                .collect(Collectors.toSet());
    }

    /// @throws RuntimeException when something of it cannot be read
    static void check(InferenceModel model) {
        read(model);
        QueueSettings.objectives(model.getSpec().objectives());
    }

    static boolean binds(InferenceModel model, PoolId pool) {
        return pool.namespace().equals(model.getMetadata().getNamespace())
                && model.getSpec().poolRefs().stream()
                        .anyMatch(ref -> pool.name().equals(ref.name()));
    }

    private static PublishedModel read(InferenceModel model) {
        ModelName name = new ModelName(model.getSpec().modelName());
        List<ModelTarget> targets = model.getSpec().targets();
        return new PublishedModel(
                name,
                targets.isEmpty()
                        ? List.of(new WeightedTarget(name, null, 1))
                        : targets.stream().map(target -> read(name, target)).toList(),
                read(model.getSpec().tokenizer()),
                created(model),
                model.getSpec().poolRefs().stream()
                        .map(ref -> new PoolBinding(
                                new PoolId(model.getMetadata().getNamespace(), ref.name()), ref.tier(), ref.weight()))
                        .toList(),
                read(model.getSpec().sessionAffinity()));
    }

    private static @Nullable Affinity read(@Nullable SessionAffinity affinity) {
        if (affinity == null) {
            return null;
        }
        Affinity.AffinityMode mode = switch (affinity.mode()) {
            case SOFT -> Affinity.AffinityMode.SOFT;
            case STRICT -> Affinity.AffinityMode.STRICT;
        };
        return new Affinity(affinity.cookieName(), ApiDuration.parse(affinity.timeToLive()), mode);
    }

    /// In seconds since 1970; 0 when it is not known.
    static long created(HasMetadata resource) {
        String timestamp = resource.getMetadata().getCreationTimestamp();
        return timestamp == null ? 0 : Instant.parse(timestamp).getEpochSecond();
    }

    private static @Nullable TokenizerSource read(@Nullable Tokenizer tokenizer) {
        if (tokenizer == null) {
            return null;
        }
        Duration patience = ApiDuration.parse(tokenizer.timeout());
        return tokenizer.path() == null
                ? new TokenizerSource.EngineEndpoint(patience)
                : new TokenizerSource.Folder(Path.of(tokenizer.path()), patience);
    }

    private static WeightedTarget read(ModelName name, ModelTarget target) {
        return new WeightedTarget(
                target.modelName() == null ? name : new ModelName(target.modelName()),
                target.adapter() == null ? null : new ModelName(target.adapter().name()),
                target.weight());
    }
}
