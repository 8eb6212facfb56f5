package dev.sluice.simulator.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The metrics that every Python server with FastAPI exposes beside its own families: its process and its
/// HTTP requests.
///
/// The process figures are those of an idle server, so that a parser meets the lines; they mean nothing here.
/// Sizes are those of bodies without a declared length, which count as nothing.
final class ProcessMetrics implements Family {
    private static final String REQUESTS = "http_requests";
    private static final String REQUESTS_HELP = "Total number of requests by method, status and handler.";
    private static final String DURATION = "http_request_duration_seconds";
    private static final String DURATION_HELP = "Latency with only few buckets by handler.";
    private static final List<String> SIZES = List.of("http_request_size_bytes", "http_response_size_bytes");

    private final byte[] constants;
    private final double startedAt;
    private final Map<String, Count> requests = new LinkedHashMap<>();
    private final Map<String, Handler> handlers = new LinkedHashMap<>();
    private final Histogram allDurations;

    /// Requests of one handler, method and status.
    private static final class Count {
        private final byte[] series;
        private final byte[] created;
        private long count;

        Count(String labels) {
            series = Exposition.ascii(REQUESTS + "_total{" + labels + "} ");
            created = Exposition.ascii(REQUESTS + "_created{" + labels + "} ");
        }
    }

    private static final class Handler {
        private final String label;
        private final Map<String, Histogram> durationsByMethod = new LinkedHashMap<>();
        private long count;

        Handler(String path) {
            label = "handler=\"" + Exposition.label(path) + "\"";
        }
    }

    ProcessMetrics(double startedAt) {
        this.startedAt = startedAt;
        this.allDurations = new Histogram(
                "http_request_duration_highr_seconds",
                "Latency with many buckets but no API specific labels.",
                Histogram.Labels.NONE,
                startedAt,
                Buckets.HTTP);
        Exposition out = new Exposition();
        generations(out, "python_gc_objects_collected_total", "Objects collected during gc", 12_217, 1_394, 980);
        generations(out, "python_gc_objects_uncollectable_total", "Uncollectable objects found during GC", 0, 0, 0);
        generations(out, "python_gc_collections_total", "Number of times this generation was collected", 1_412, 128, 9);
        one(
                out,
                "python_info",
                "gauge",
                "Python platform information",
                "{implementation=\"CPython\",major=\"3\",minor=\"12\",patchlevel=\"11\",version=\"3.12.11\"}",
                1);
        one(out, "process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", "", 1.2e10);
        one(out, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", "", 9.4e8);
        one(
                out,
                "process_start_time_seconds",
                "gauge",
                "Start time of the process since unix epoch in seconds.",
                "",
                startedAt);
        one(out, "process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", "", 61.25);
        one(out, "process_open_fds", "gauge", "Number of open file descriptors.", "", 83);
        one(out, "process_max_fds", "gauge", "Maximum number of open file descriptors.", "", 1_048_576);
        constants = out.toBytes();
    }

    private static void generations(Exposition out, String name, String help, int... counts) {
        out.header(name, "counter", help);
        for (int i = 0; i < counts.length; i++) {
            out.sample(Exposition.ascii(name + "{generation=\"" + i + "\"} "), counts[i]);
        }
    }

    private static void one(Exposition out, String name, String type, String help, String labels, double value) {
        out.header(name, type, help);
        out.sample(Exposition.ascii(name + labels + " "), value);
    }

    void answered(String path, String method, int status, double seconds) {
        Handler handler = Objects.requireNonNull(handlers.computeIfAbsent(path, Handler::new));
        handler.count++;
        String byMethod = "method=\"" + method + "\"";
        String counted = handler.label + "," + byMethod + ",status=\"" + status / 100 + "xx\"";
        Objects.requireNonNull(requests.computeIfAbsent(counted, Count::new)).count++;
        Objects.requireNonNull(handler.durationsByMethod.computeIfAbsent(
                        method,
                        _ -> new Histogram(
                                DURATION,
                                DURATION_HELP,
                                new Histogram.Labels(handler.label, byMethod),
                                startedAt,
                                Buckets.HTTP_HANDLER)))
                .observe(seconds);
        allDurations.observe(seconds);
    }

    @Override
    public void write(Exposition out) {
        out.text(constants);
        out.header(REQUESTS + "_total", "counter", REQUESTS_HELP);
        requests.values().forEach(each -> out.sample(each.series, (double) each.count));
        out.header(REQUESTS + "_created", "gauge", REQUESTS_HELP);
        requests.values().forEach(each -> out.sample(each.created, startedAt));
        SIZES.forEach(name -> sizes(out, name));
        allDurations.write(out);
        Histogram.write(
                out,
                handlers.values().stream()
                        .flatMap(each -> each.durationsByMethod.values().stream())
                        .toList());
    }

    private void sizes(Exposition out, String name) {
        String help = "Content length by handler.";
        out.header(name, "summary", help);
        handlers.values().forEach(each -> {
            out.sample(Exposition.ascii(name + "_count{" + each.label + "} "), (double) each.count);
            out.sample(Exposition.ascii(name + "_sum{" + each.label + "} "), 0);
        });
        out.header(name + "_created", "gauge", help);
        handlers.values()
                .forEach(each -> out.sample(Exposition.ascii(name + "_created{" + each.label + "} "), startedAt));
    }
}
