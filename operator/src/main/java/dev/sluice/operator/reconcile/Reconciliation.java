package dev.sluice.operator.reconcile;

import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.manifest.Manifests;
import dev.sluice.operator.reconcile.StatusReconciler.Tools;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resources;
import dev.sluice.operator.telemetry.Meters;
import dev.sluice.operator.translate.Debouncer;
import dev.sluice.operator.translate.Translator;
import dev.sluice.operator.translate.World;
import dev.sluice.process.Supervisor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All that only the leader does, from the moment that it leads until this is closed.
///
/// Each view of the cluster says what should run and what should be said; what differs is written. Nothing is
/// remembered of what was written before, so that a new leader goes on where the last one stopped.
public final class Reconciliation implements AutoCloseable {

    private static final Duration CROWD = Duration.ofMillis(100);

    /// Until what could not be written is tried again.
    private static final Duration RETRY = Duration.ofSeconds(5);

    /// The interval of looks at what no event tells, as that Envoys take again what they refused.
    private static final Duration LOOK = Duration.ofSeconds(5);

    /// The parts that the leader works with.
    ///
    /// @param identity of this replica
    public record Parts(
            KubernetesClient client,
            Sources sources,
            DesiredState desired,
            String identity,
            Meters meters,
            Clock clock) {}

    /// The sources tell how the cluster and its Envoys are.
    ///
    /// @param refusals what an Envoy of a Gateway, `namespace/name`, says of what it refused; null if of nothing
    public record Sources(Translator translator, Function<String, @Nullable String> refusals) {}

    /// The desired state says for which resources something runs, and how that looks.
    public record DesiredState(Installation installation, ManifestSettings manifests) {}

    private final Parts parts;
    private final OwnedObjects owned;
    private final SessionKeys sessionKeys;
    private final RouteRevisions revisions;
    private final PickerPoller pickers;
    private final Views views;
    private final Controllers controllers;
    private final Debouncer converging;
    private final Debouncer looking;
    private final Consumer<World> onWorld;
    private volatile boolean leading = true;

    private Reconciliation(Parts parts) {
        this.parts = parts;
        Supervisor supervisor = parts.meters().supervisor();
        EventRecorder events = new EventRecorder(
                parts.client(), parts.desired().installation().controllerName(), parts.identity(), parts.clock());
        this.converging = new Debouncer("converge", CROWD, supervisor, this::converge);
        this.owned = new OwnedObjects(
                parts.client(),
                parts.desired().manifests().namespace(),
                events,
                parts.meters(),
                () -> leading,
                this::ownedChanged);
        this.sessionKeys = new SessionKeys(parts.client(), parts.meters());
        this.revisions = new RouteRevisions(parts.client(), parts.meters());
        this.pickers = new PickerPoller(parts.meters(), parts.clock(), this::refresh);
        this.views = new Views(
                parts.desired().installation(),
                new Observer(owned, parts.sources().refusals(), pickers::latest),
                parts.clock(),
                supervisor);
        StatusWriter writer = new StatusWriter(parts.client(), events, parts.meters(), () -> leading);
        this.controllers = new Controllers(
                parts.client(),
                () -> StatusReconcilers.all(
                        new Tools(views::latest, writer, parts.clock()),
                        parts.desired().installation().guest()));
        this.looking = new Debouncer("look", LOOK, supervisor, this::look);
        this.onWorld = world -> {
            views.changed(world);
            pickers.follow(world);
        };
    }

    /// Begins as soon as all that the installation owns has been seen.
    public static Reconciliation start(Parts parts) {
        Reconciliation reconciliation = new Reconciliation(parts);
        var _ = reconciliation.owned.start().thenRun(reconciliation::begin);
        return reconciliation;
    }

    private void begin() {
        views.listen(_ -> converging.request());
        views.listen(controllers::follow);
        parts.sources().translator().listen(onWorld);
        pickers.start();
        looking.request();
    }

    private void ownedChanged() {
        converging.request();
        refresh();
    }

    private void refresh() {
        views.refresh();
    }

    private void look() {
        refresh();
        looking.request();
    }

    private void converge() {
        View view = views.latest();
        if (view == null) {
            return;
        }
        Resources resources = view.world().resources();
        Set<String> ending = resources.all(Namespace.class).stream()
                .filter(namespace -> namespace.getMetadata().getDeletionTimestamp() != null)
                .map(namespace -> namespace.getMetadata().getName())
                .collect(Collectors.toSet());
        List<HasMetadata> wanted = Manifests.of(
                        view.world().gateways().stream()
                                .map(ResolvedGateway::gateway)
                                .toList(),
                        resources,
                        parts.desired().installation(),
                        parts.desired().manifests())
                .stream()
                // Nothing can be made in a namespace that is going.
                .filter(object -> !ending.contains(object.getMetadata().getNamespace()))
                .toList();
        // Before the pickers, so that they find it at their start.
        boolean keyed = !leading || sessionKeys.converge(wanted);
        boolean told = !leading || !parts.desired().installation().guest() || revisions.converge(view.world());
        if (!(owned.converge(wanted) && keyed && told)) {
            converging.requestAfter(RETRY);
        }
    }

    /// Writes nothing from now on, also while something still ends.
    public void stopWriting() {
        leading = false;
    }

    @Override
    public void close() {
        stopWriting();
        parts.sources().translator().forget(onWorld);
        looking.close();
        controllers.close();
        converging.close();
        views.close();
        pickers.close();
        owned.close();
    }
}
