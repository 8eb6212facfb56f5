package dev.sluice.operator.reconcile;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.operator.manifest.Names;
import dev.sluice.operator.resolve.Readiness;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.telemetry.Meters;
import dev.sluice.operator.translate.Debouncer;
import dev.sluice.operator.translate.World;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Asks the pickers every 15 s, and soon after what they would tell must have changed.
final class PickerPoller implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(15);

    /// So that the pickers have seen the change themselves.
    private static final Duration SOON = Duration.ofSeconds(1);

    private final PickerClient client;
    private final Clock clock;
    private final Runnable changed;
    private final Readings readings = new Readings();
    private final Debouncer polls;
    private Set<String> seen = Set.of();
    private Instant lastRegular = Instant.MIN;
    private volatile List<String> pickers = List.of();
    private volatile Map<String, PoolReading> latest = Map.of();

    /// @param changed told when there is another reading
    PickerPoller(Meters meters, Clock clock, Runnable changed) {
        this.client = new PickerClient(meters);
        this.polls = new Debouncer("picker-poll", SOON, meters.supervisor(), this::poll);
        this.clock = clock;
        this.changed = changed;
    }

    void start() {
        polls.request();
    }

    /// The last readings, by pool.
    Map<String, PoolReading> latest() {
        return latest;
    }

    /// Learns who the pickers are now; asks them soon when pods or models differ from what they were.
    synchronized void follow(World world) {
        List<Pod> ready = world.resources().all(Pod.class).stream()
                .filter(Readiness::isReady)
                .toList();
        pickers = ready.stream()
                .filter(PickerPoller::isPicker)
                .map(pod -> pod.getStatus().getPodIP())
                .toList();
        List<InferencePool> pools = world.resources().all(InferencePool.class);
        Set<String> now = Stream.concat(
                        ready.stream().filter(pod -> isPicker(pod) || isMember(pod, pools)),
                        world.resources().all(InferenceModel.class).stream())
                .map(PickerPoller::version)
                .collect(Collectors.toSet());
        if (!now.equals(seen)) {
            seen = now;
            polls.request();
        }
    }

    private void poll() {
        Instant now = clock.instant();
        boolean regular = !now.isBefore(lastRegular.plus(INTERVAL.minus(SOON)));
        Map<String, PoolReading> read = readings.read(client.ask(pickers), regular);
        if (regular) {
            lastRegular = now;
            polls.requestAfter(INTERVAL.minus(SOON));
        }
        if (!read.equals(latest)) {
            latest = read;
            changed.run();
        }
    }

    /// Pods do not change what they serve while they are ready; models do, with their generation.
    private static String version(HasMetadata object) {
        return object.getMetadata().getUid()
                + (object instanceof Pod ? "" : " " + object.getMetadata().getGeneration());
    }

    private static boolean isPicker(Pod pod) {
        Map<String, String> labels = labels(pod);
        return Names.PICKER.equals(labels.get(Names.NAME)) && Names.SLUICE.equals(labels.get(Names.MANAGED_BY));
    }

    private static boolean isMember(Pod pod, List<InferencePool> pools) {
        return pools.stream()
                .anyMatch(pool -> pool.getMetadata()
                                .getNamespace()
                                .equals(pod.getMetadata().getNamespace())
                        && pool.getSpec().selector().matches(labels(pod)));
    }

    private static Map<String, String> labels(Pod pod) {
        @Nullable Map<String, String> labels = pod.getMetadata().getLabels();
        return Objects.requireNonNullElse(labels, Map.of());
    }

    @Override
    public void close() {
        polls.close();
        client.close();
    }
}
