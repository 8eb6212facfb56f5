package dev.sluice.bench.soak;

import dev.sluice.bench.soak.Trend.Point;
import dev.sluice.bench.soak.load.RequestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The verdict names the faults of a soak: growth, held resources, unexplained ends, errors in the log.
final class SoakVerdict {
    /// The gauges of all that requests hold.
    static final List<String> HELD =
            List.of("sluice_requests_in_flight", "sluice_queue_requests", "sluice_body_bytes", "sluice_bodies_paused");

    /// Counters of faults, which no load explains.
    static final List<String> FAULTS = List.of(
            "sluice_loop_faults_total",
            "sluice_response_faults_total",
            "sluice_end_faults_total",
            "sluice_envoy_connections_cut_total");

    /// The ends of requests that the load explains.
    static final Set<String> OUTCOMES = Set.of(
            "completed",
            "engine_error",
            "cancelled",
            "bad_request",
            "body_too_large",
            "memory_full",
            "queue_full",
            "queue_timeout",
            "queue_evicted",
            "shed",
            "preempted",
            "objective_unreachable");

    /// Types of which each request has its own.
    static final List<String> OF_REQUESTS = List.of(
            "dev.sluice.picker.extproc.Exchange",
            "dev.sluice.picker.extproc.RequestSide",
            "dev.sluice.picker.extproc.BodyBuffer",
            "dev.sluice.picker.memory.BodyReservation",
            "dev.sluice.picker.routing.PendingRequest",
            "dev.sluice.picker.admission.AdmissionRequest",
            "dev.sluice.picker.admission.QueueEntry",
            "dev.sluice.picker.admission.PreemptiblePermit",
            "dev.sluice.picker.routing.placement.Placement",
            "dev.sluice.picker.routing.placement.InFlightReservation",
            "dev.sluice.picker.routing.placement.BatchReservation",
            "dev.sluice.picker.routing.placement.PermitReservation",
            "dev.sluice.picker.routing.placement.PrefixReservation");

    static final double MOST_GROWTH = 0.1;
    /// Growth by fewer threads or files is the pool of connections at work.
    private static final double FEW = 4;
    private static final double WARM_UP = 0.2;
    private static final double LONG_ENOUGH_SECONDS = 1_200;
    private static final int ENOUGH_POINTS = 3;

    private static final Pattern STACK_TRACE = Pattern.compile("OutOfMemoryError|\\n\\s+at \\S+\\(");

    private SoakVerdict() {}

    static List<String> faults(List<SoakPeriod> periods, SoakEnd end) {
        List<String> faults = new ArrayList<>();
        if (judgesGrowth(periods)) {
            growth(periods).filter(SoakGrowth::isTooMuch).forEach(growth -> faults.add(growth.toString()));
        }
        for (String gauge : HELD) {
            nonZero(faults, gauge, end.meters().sum(gauge));
        }
        for (String counter : FAULTS) {
            nonZero(faults, counter, end.meters().sum(counter));
        }
        nonZero(
                faults,
                "requests or tokens in flight at an endpoint",
                end.pools().stream().mapToLong(each -> each).sum());
        for (String type : OF_REQUESTS) {
            nonZero(faults, "objects of " + type, end.instances().getOrDefault(type, 0L));
        }
        end.meters().by("sluice_requests_total", "outcome").forEach((outcome, count) -> {
            if (!OUTCOMES.contains(outcome)) {
                nonZero(faults, "outcome " + outcome, count);
            }
        });
        end.endings().forEach((kind, endings) -> unexplained(faults, kind, endings));
        if (STACK_TRACE.matcher(end.log()).find()) {
            faults.add("the picker's log has an error:\n" + end.log());
        }
        return faults;
    }

    /// Tells whether a run is long enough for caches to be full after its first fifth.
    static boolean judgesGrowth(List<SoakPeriod> periods) {
        return periods.getLast().endSeconds() >= LONG_ENOUGH_SECONDS;
    }

    /// The growth of each figure after the first fifth of the run.
    static Stream<SoakGrowth> growth(List<SoakPeriod> periods) {
        double from = periods.getLast().endSeconds() * WARM_UP;
        List<Point> heap = periods.stream()
                .map(period -> new Point(period.endSeconds(), period.heap().withoutBodies()))
                .filter(point -> point.seconds() > from)
                .toList();
        return Stream.of(
                        new SoakGrowth("heap MiB without bodies", heap, 1),
                        new SoakGrowth("resident MiB", points(periods, from, ProcessReading::residentMib), 1),
                        new SoakGrowth("threads", points(periods, from, ProcessReading::threads), FEW),
                        new SoakGrowth("files", points(periods, from, ProcessReading::files), FEW))
                .filter(growth -> growth.points().size() >= ENOUGH_POINTS);
    }

    /// The growth of a figure that was measured again and again.
    ///
    /// @param ignored growth up to this is none
    record SoakGrowth(String figure, List<Point> points, double ignored) {
        boolean isTooMuch() {
            Trend trend = Trend.of(points);
            return trend.growth() > ignored && trend.ratio() > MOST_GROWTH;
        }

        @Override
        public String toString() {
            Trend trend = Trend.of(points);
            return String.format(
                    Locale.ROOT,
                    "%s: mean %.1f, grew by %.1f (%.1f %%) after the first fifth",
                    figure,
                    trend.mean(),
                    trend.growth(),
                    100 * trend.ratio());
        }
    }

    private static List<Point> points(List<SoakPeriod> periods, double from, ToDoubleFunction<ProcessReading> figure) {
        return periods.stream()
                .flatMap(period -> period.samples().stream())
                .filter(sample -> sample.seconds() > from)
                .map(sample -> new Point(sample.seconds(), figure.applyAsDouble(sample.reading())))
                .toList();
    }

    private static void nonZero(List<String> faults, String what, double value) {
        if (value != 0) {
            faults.add(String.format(Locale.ROOT, "%s: %.0f, expected 0", what, value));
        }
    }

    private static void unexplained(List<String> faults, RequestKind kind, Map<String, Long> endings) {
        endings.forEach((ending, count) -> {
            if (!kind.explains(ending)) {
                faults.add("%d requests of kind %s ended with: %s".formatted(count, kind.label(), ending));
            }
        });
    }
}
