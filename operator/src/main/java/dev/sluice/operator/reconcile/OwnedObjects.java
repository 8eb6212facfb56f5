package dev.sluice.operator.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.operator.manifest.Names;
import dev.sluice.operator.telemetry.Meters;
import dev.sluice.operator.translate.Watch;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The objects that an installation owns: makes them what they should be, and writes only where they are not.
final class OwnedObjects implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OwnedObjects.class);

    private static final String FIELD_MANAGER = "sluice-operator";

    /// Of all that was wanted: what is wanted no longer shows only here, for it is still there.
    private static final String HASH = "sluice.dev/manifest-hash";

    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ServiceAccount.class,
            RoleBinding.class,
            ConfigMap.class,
            Deployment.class,
            Service.class,
            EndpointSlice.class,
            PodDisruptionBudget.class,
            HorizontalPodAutoscaler.class);

    private record Key(String kind, String namespace, String name) {

        static Key of(HasMetadata object) {
            return new Key(
                    object.getKind(),
                    object.getMetadata().getNamespace(),
                    object.getMetadata().getName());
        }
    }

    private final KubernetesClient client;
    private final EventRecorder events;
    private final Meters meters;
    private final BooleanSupplier leading;
    private final List<Watch<?>> watches;

    /// The objects that others do not let be as they should: by its hash, so that it is tried again when
    /// something else is wanted.
    private final Map<Key, String> contested = new HashMap<>();

    /// Names that somebody else's objects have.
    private final Set<Key> foreigners = new HashSet<>();

    OwnedObjects(
            KubernetesClient client,
            String installation,
            EventRecorder events,
            Meters meters,
            BooleanSupplier leading,
            Runnable changed) {
        this.client = client;
        this.events = events;
        this.meters = meters;
        this.leading = leading;
        this.watches = KINDS.stream()
                .<Watch<?>>map(kind -> watch(client, kind, installation, meters, changed))
                .toList();
    }

    private static <T extends HasMetadata> Watch<T> watch(
            KubernetesClient client, Class<T> kind, String installation, Meters meters, Runnable changed) {
        return new Watch<>(
                kind,
                client.resources(kind)
                        .inAnyNamespace()
                        .withLabel(Names.MANAGED_BY, Names.SLUICE)
                        .withLabel(Names.INSTALLATION, installation),
                meters,
                changed);
    }

    /// @return done when all have been listed once
    CompletableFuture<Void> start() {
        return CompletableFuture.allOf(watches.stream().map(Watch::start).toArray(CompletableFuture[]::new));
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Stream<HasMetadata> objects() {
        return watches.stream().flatMap(watch -> watch.list().stream());
    }

    /// Makes them all, and only them, as they should be.
    ///
    /// @return false when something could not be written
    boolean converge(List<HasMetadata> wanted) {
        Map<Key, HasMetadata> actual = new HashMap<>();
        objects().forEach(object -> actual.put(Key.of(object), object));
        Set<Key> keys = new HashSet<>();
        boolean done = true;
        for (HasMetadata object : wanted) {
            keys.add(Key.of(object));
            done &= converge(object, actual.get(Key.of(object)));
        }
        for (HasMetadata object : actual.values()) {
            if (!keys.contains(Key.of(object))) {
                done &= attempt(object, () -> !client.resource(object).delete().isEmpty());
            }
        }
        contested.keySet().retainAll(keys);
        foreigners.retainAll(keys);
        return done;
    }

    private boolean converge(HasMetadata wanted, @Nullable HasMetadata actual) {
        JsonNode tree = Trees.of(wanted);
        String hash = Integer.toHexString(Trees.hash(tree));
        if (actual != null && isSo(actual, tree, hash)) {
            contested.remove(Key.of(wanted));
            return true;
        }
        if (hash.equals(contested.get(Key.of(wanted)))) {
            return true;
        }
        return attempt(wanted, () -> apply(wanted, tree, hash, actual == null));
    }

    private static boolean isSo(HasMetadata actual, JsonNode wanted, String hash) {
        return hash.equals(actual.getMetadata().getAnnotations().get(HASH)) && Trees.covers(Trees.of(actual), wanted);
    }

    /// @return whether it was written
    private boolean apply(HasMetadata wanted, JsonNode tree, String hash, boolean isNew) {
        HasMetadata foreign = isNew ? client.resource(wanted).get() : null;
        if (foreign != null && !isOurs(foreign, wanted)) {
            if (foreigners.add(Key.of(wanted))) {
                events.warn(
                        foreign,
                        "NameInUse",
                        "Sluice needs this name for an object of its own and changes nothing here; delete or rename this object");
            }
            return false;
        }
        HasMetadata annotated = Trees.to(tree, wanted.getClass());
        annotated.getMetadata().getAnnotations().put(HASH, hash);
        HasMetadata result = client.resource(annotated)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        if (!isSo(result, tree, hash)) {
            contested.put(Key.of(wanted), hash);
            LOG.atWarn()
                    .addKeyValue("object", Key.of(wanted))
                    .log(
                            "Another writer undoes what Sluice writes; the object is left alone until Sluice wants something else of it");
        }
        return true;
    }

    private static boolean isOurs(HasMetadata existing, HasMetadata wanted) {
        Map<String, String> labels = existing.getMetadata().getLabels();
        return labels != null
                && Names.SLUICE.equals(labels.get(Names.MANAGED_BY))
                && Objects.equals(
                        wanted.getMetadata().getLabels().get(Names.INSTALLATION), labels.get(Names.INSTALLATION));
    }

    private boolean attempt(HasMetadata object, BooleanSupplier write) {
        if (!leading.getAsBoolean()) {
            return true;
        }
        try {
            if (write.getAsBoolean()) {
                meters.write(object.getKind(), Meters.Write.WRITTEN);
            }
            return true;
        } catch (KubernetesClientException failed) {
            meters.write(object.getKind(), Meters.Write.FAILED);
            LOG.atWarn()
                    .addKeyValue("object", Key.of(object))
                    .addKeyValue("failure", failed.getMessage())
                    .log("Cannot write an object; it is tried again");
            return false;
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
