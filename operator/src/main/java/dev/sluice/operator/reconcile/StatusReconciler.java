package dev.sluice.operator.reconcile;

import dev.sluice.operator.status.Report;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes the status of one kind where it is not what it should be, and only there.
///
/// What it should be, the latest [View] says. An object that has changed since refuses the write; of one that is no
/// longer what the view made of it, the next view knows.
abstract class StatusReconciler<P extends HasMetadata> implements Reconciler<P> {

    private static final int ATTEMPTS = 5;

    /// The tools that a reconciler works with.
    record Tools(Supplier<@Nullable View> view, StatusWriter writer, Clock clock) {}

    private final Class<P> kind;
    private final Function<P, @Nullable Object> actual;
    private final BiFunction<Report, P, Object> desired;
    private final Duration pace;
    private final Tools tools;
    private final WakeUps<P> wakeUps = new WakeUps<>();
    private final Map<ResourceID, Instant> written = new ConcurrentHashMap<>();

    /// @param pace how long a status stays as it is when no condition turns
    StatusReconciler(
            Class<P> kind,
            Function<P, @Nullable Object> actual,
            BiFunction<Report, P, Object> desired,
            Duration pace,
            Tools tools) {
        this.kind = kind;
        this.actual = actual;
        this.desired = desired;
        this.pace = pace;
        this.tools = tools;
    }

    Class<P> kind() {
        return kind;
    }

    /// Wakes those whose status is not what it should be.
    void wake(View view) {
        for (P object : view.world().resources().all(kind)) {
            if (!Trees.same(actual.apply(object), desired.apply(view.report(), object))) {
                wakeUps.wake(ResourceID.fromResource(object));
            }
        }
    }

    @Override
    public List<EventSource<?, P>> prepareEventSources(EventSourceContext<P> context) {
        return List.of(wakeUps);
    }

    @Override
    public UpdateControl<P> reconcile(P resource, Context<P> context) {
        View view = tools.view().get();
        if (view == null) {
            return UpdateControl.noUpdate();
        }
        ResourceID id = ResourceID.fromResource(resource);
        return view.world().resources().all(kind).stream()
                .filter(id::isSameResource)
                .findFirst()
                .map(object -> reconcile(id, object, view.report(), context.getClient()))
                .orElseGet(UpdateControl::noUpdate);
    }

    private UpdateControl<P> reconcile(ResourceID id, P object, Report report, KubernetesClient client) {
        Object status = desired.apply(report, object);
        Object before = actual.apply(object);
        if (Trees.same(before, status)) {
            return UpdateControl.noUpdate();
        }
        Duration wait = untilMayWrite(id, before, status);
        if (wait.isPositive()) {
            return UpdateControl.<P>noUpdate().rescheduleAfter(wait);
        }
        if (write(object, report, client)) {
            remember(id);
        }
        return UpdateControl.noUpdate();
    }

    /// The version that the view has where others write into the same status is often an old one already:
    /// then the same is said of the newest, as long as only the status differs.
    private boolean write(P object, Report report, KubernetesClient client) {
        P newest = object;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Object before = actual.apply(newest);
            Object status = desired.apply(report, newest);
            if (Trees.same(before, status)) {
                return false;
            }
            if (tools.writer().write(newest, kind, before, status)) {
                return true;
            }
            P found = client.resource(newest).get();
            if (found == null
                    || !Objects.equals(
                            found.getMetadata().getUid(), object.getMetadata().getUid())
                    || !Objects.equals(
                            found.getMetadata().getGeneration(),
                            object.getMetadata().getGeneration())) {
                return false;
            }
            newest = found;
        }
        return false;
    }

    /// A condition that turns is worth a write at once, a count that moves is not.
    private Duration untilMayWrite(ResourceID id, @Nullable Object before, Object status) {
        Instant last = written.get(id);
        if (last == null || StatusConditions.of(Trees.of(status)).flip(StatusConditions.of(Trees.of(before)))) {
            return Duration.ZERO;
        }
        return Duration.between(tools.clock().instant(), last.plus(pace));
    }

    private void remember(ResourceID id) {
        if (pace.isPositive()) {
            Instant now = tools.clock().instant();
            written.values().removeIf(last -> last.plus(pace).isBefore(now));
            written.put(id, now);
        }
    }
}
