package dev.sluice.operator.translate;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Planner;
import dev.sluice.operator.plan.Settings;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.Resolver;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Resources;
import dev.sluice.operator.telemetry.Meters;
import dev.sluice.process.Supervisor;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Follows the cluster's resources and publishes what they come to.
///
/// Nothing is published before everything has been seen once: half of the resources would take routes away. When the
/// API server goes away, or a translation fails, what was published last stays.
public final class Translator implements AutoCloseable {

    /// The name by which faults are counted.
    private static final String LOOP = "translate";

    /// Until a translation that had a fault is tried again, should nothing change before.
    private static final Duration RETRY = Duration.ofSeconds(5);

    /// Changes come in crowds, as when a Deployment rolls.
    private static final Duration CROWD = Duration.ofMillis(50);

    private final Installation installation;
    private final Settings settings;
    private final Predicate<Plan> publish;
    private final List<Consumer<World>> listeners = new CopyOnWriteArrayList<>();
    private final Supervisor supervisor;
    private final Debouncer translation;
    private final ClusterResources resources;
    private volatile boolean synced;
    private volatile @Nullable World world;

    private Translator(
            KubernetesClient client,
            Installation installation,
            Settings settings,
            Predicate<Plan> publish,
            Meters meters) {
        this.installation = installation;
        this.settings = settings;
        this.publish = publish;
        this.supervisor = meters.supervisor();
        this.translation = new Debouncer(LOOP, CROWD, meters.supervisor(), () -> meters.translation(this::translate));
        this.resources = new ClusterResources(client, meters, this::changed);
    }

    /// @param publish gives Envoys a new plan; whether that changes anything
    public static Translator start(
            KubernetesClient client,
            Installation installation,
            Settings settings,
            Predicate<Plan> publish,
            Meters meters) {
        Translator translator = new Translator(client, installation, settings, publish, meters);
        var _ = translator.resources.start().thenRun(() -> {
            translator.synced = true;
            translator.translation.request();
        });
        return translator;
    }

    /// Envoys get their configuration.
    public boolean isReady() {
        return world != null;
    }

    /// Tells the listener of this moment, if there is one, and of each that follows, on the translator's thread.
    public void listen(Consumer<World> listener) {
        listeners.add(listener);
        World now = world;
        if (now != null) {
            listener.accept(now);
        }
    }

    public void forget(Consumer<World> listener) {
        listeners.remove(listener);
    }

    private void changed() {
        if (synced) {
            translation.request();
        }
    }

    private Meters.Translation translate() {
        try {
            Resources snapshot = resources.snapshot();
            List<ResolvedGateway> gateways = Resolver.resolve(snapshot, installation);
            Plan plan = Planner.plan(gateways, settings);
            boolean isNew = publish.test(plan);
            World now = new World(resources.kinds(), snapshot, gateways, plan);
            world = now;
            supervisor.each(LOOP, listeners, listener -> listener.accept(now));
            return isNew ? Meters.Translation.PUBLISHED : Meters.Translation.UNCHANGED;
        } catch (RuntimeException | Error fault) {
            supervisor.report(LOOP, fault);
            translation.requestAfter(RETRY);
            return Meters.Translation.FAILED;
        }
    }

    @Override
    public void close() {
        resources.close();
        translation.close();
    }
}
