package dev.sluice.picker.kube;

import dev.sluice.api.upstream.LegacyInferenceModel;
import dev.sluice.api.upstream.LegacyInferencePool;
import dev.sluice.api.upstream.ModelRewrite;
import dev.sluice.api.upstream.Objective;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the last valid version of each resource.
///
/// A schema refuses most invalid resources but not all, and a folder has no schema. An invalid resource must not keep
/// changes of others from being published. So each resource is read alone first: where that fails, its last valid
/// version stays, or it is left out if it has none. That is logged once per cause.
final class LastReadable {
    private static final Logger LOG = LoggerFactory.getLogger(LastReadable.class);

    private final Map<ResourceKey, LastReading> readings = new HashMap<>();

    private record ResourceKey(Class<?> kind, String namespace, String name) {}

    /// The state of a resource.
    ///
    /// @param good as it could last be read; null when it never could
    /// @param fault why it could not be read this time; null when it could
    private record LastReading(
            @Nullable HasMetadata good, @Nullable String fault) {}

    /// The resources as they are now, as far as they can be read; each kind is listed once.
    Resources of(Resources now) {
        return new Listed(this, now, new HashMap<>());
    }

    /// The resources at one moment: each kind is listed once, however many pools ask for it.
    private record Listed(LastReadable boundary, Resources now, Map<Class<?>, List<?>> lists) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            List<?> listed = lists.computeIfAbsent(kind, _ -> boundary.readable(kind, now.all(kind)));
            return listed.stream().map(kind::cast).toList();
        }
    }

    private List<HasMetadata> readable(Class<?> kind, List<? extends @Nullable HasMetadata> all) {
        List<HasMetadata> readable = new ArrayList<>(all.size());
        Set<ResourceKey> listed = new HashSet<>();
        for (HasMetadata each : all) {
            ResourceKey key = key(kind, each);
            listed.add(key);
            HasMetadata good = read(key, each);
            if (good != null) {
                readable.add(good);
            }
        }
        readings.keySet().removeIf(key -> kind.isAssignableFrom(key.kind()) && !listed.contains(key));
        return readable;
    }

    private static ResourceKey key(Class<?> kind, @Nullable HasMetadata resource) {
        ObjectMeta metadata = resource == null ? null : resource.getMetadata();
        if (resource == null || metadata == null || metadata.getName() == null) {
            return new ResourceKey(kind, "", "");
        }
        return new ResourceKey(
                resource.getClass(), Objects.requireNonNullElse(metadata.getNamespace(), ""), metadata.getName());
    }

    private @Nullable HasMetadata read(ResourceKey key, @Nullable HasMetadata resource) {
        LastReading before = readings.get(key);
        Throwable fault = fault(key, resource);
        HasMetadata good = fault == null ? resource : lastGood(before, resource);
        String cause = fault == null ? null : fault.toString();
        readings.put(key, new LastReading(good, cause));
        String told = before == null ? null : before.fault();
        if (fault != null && !Objects.equals(cause, told)) {
            complain(key, fault, good != null);
        } else if (fault == null && told != null) {
            LOG.atInfo()
                    .addKeyValue("kind", key.kind().getSimpleName())
                    .addKeyValue("resource", key.namespace() + "/" + key.name())
                    .log("A resource can be read again and is in force");
        }
        return good;
    }

    /// The last readable version of the same object: an object that was deleted and made anew under its
    /// name has none.
    private static @Nullable HasMetadata lastGood(@Nullable LastReading before, @Nullable HasMetadata resource) {
        HasMetadata good = before == null ? null : before.good();
        boolean same = good != null
                && resource != null
                && Objects.equals(
                        good.getMetadata().getUid(), resource.getMetadata().getUid());
        return same ? good : null;
    }

    private static void complain(ResourceKey key, Throwable fault, boolean stays) {
        LOG.atWarn()
                .addKeyValue("kind", key.kind().getSimpleName())
                .addKeyValue("resource", key.namespace() + "/" + key.name())
                .setCause(fault)
                .log(
                        stays
                                ? "A resource cannot be read and stays as it was: correct or delete it"
                                : "A resource cannot be read and is left out: correct or delete it");
    }

    private static @Nullable Throwable fault(ResourceKey key, @Nullable HasMetadata resource) {
        if (resource == null || key.name().isEmpty()) {
            return new IllegalArgumentException("a resource of the kind has no name, or there is null in its place");
        }
        try {
            read(resource);
            return null;
        } catch (RuntimeException | Error fault) {
            return fault;
        }
    }

    /// Reads all of it that is read for any pool.
    private static void read(HasMetadata resource) {
        switch (resource) {
            case InferencePool pool -> Endpoints.check(pool);
            case InferencePoolPolicy policy -> Endpoints.check(policy);
            case Pod pod -> Endpoints.check(pod);
            case InferenceModel model -> Models.check(model);
            case InferencePriorityClass priority -> QueueSettings.check(priority);
            case LegacyInferencePool pool -> UpstreamKinds.check(pool);
            case LegacyInferenceModel model -> UpstreamKinds.check(model);
            case ModelRewrite rewrite -> UpstreamKinds.check(rewrite);
            case Objective objective -> UpstreamKinds.check(objective);
            case Service service -> Objects.requireNonNull(service.getMetadata().getNamespace(), "it has no namespace");
            default -> {}
        }
    }
}
