package dev.sluice.simulator.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// What every Python server with FastAPI exposes beside its own families: its process and its HTTP requests.
///
/// The process figures are those of an idle server, so that a parser meets the lines; they mean nothing here.
final class ProcessMetrics implements Family {
    private static final String REQUESTS = "http_requests";
    private static final String DURATION = "http_request_duration_seconds";

    private final byte[] constants;
    private final double startedAt;
    private final Map<String, long[]> requests = new LinkedHashMap<>();
    private final Map<String, double[]> durations = new LinkedHashMap<>();

    ProcessMetrics(double startedAt) {
        this.startedAt = startedAt;
        Exposition out = new Exposition();
        out.header("python_gc_objects_collected_total", "counter", "Objects collected during gc");
        out.sample(Exposition.ascii("python_gc_objects_collected_total{generation=\"0\"} "), 12_217);
        out.header("python_info", "gauge", "Python platform information");
        out.sample(
                Exposition.ascii("python_info{implementation=\"CPython\",major=\"3\",minor=\"12\",patchlevel=\"11\","
                        + "version=\"3.12.11\"} "),
                1);
        out.header("process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.");
        out.sample(Exposition.ascii("process_virtual_memory_bytes "), 1.2e10);
        out.header("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.");
        out.sample(Exposition.ascii("process_resident_memory_bytes "), 9.4e8);
        out.header("process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.");
        out.sample(Exposition.ascii("process_start_time_seconds "), startedAt);
        out.header("process_open_fds", "gauge", "Number of open file descriptors.");
        out.sample(Exposition.ascii("process_open_fds "), 83);
        out.header("process_max_fds", "gauge", "Maximum number of open file descriptors.");
        out.sample(Exposition.ascii("process_max_fds "), 1_048_576);
        constants = out.toBytes();
    }

    void answered(String path, String method, int status, double seconds) {
        String labels = "handler=\"" + path + "\",method=\"" + method + "\"";
        String counted = labels + ",status=\"" + status / 100 + "xx\"";
        Objects.requireNonNull(requests.computeIfAbsent(counted, _ -> new long[1]))[0]++;
        double[] duration = Objects.requireNonNull(durations.computeIfAbsent(labels, _ -> new double[2]));
        duration[0]++;
        duration[1] += seconds;
    }

    @Override
    public void write(Exposition out) {
        out.text(constants);
        out.header(REQUESTS + "_total", "counter", "Total number of requests by method, status and handler.");
        requests.forEach((labels, count) ->
                out.sample(Exposition.ascii(REQUESTS + "_total{" + labels + "} "), (double) count[0]));
        out.header(REQUESTS + "_created", "gauge", "Total number of requests by method, status and handler.");
        requests.forEach(
                (labels, _) -> out.sample(Exposition.ascii(REQUESTS + "_created{" + labels + "} "), startedAt));
        out.header(DURATION, "summary", "Duration of HTTP requests in seconds");
        durations.forEach((labels, duration) -> {
            out.sample(Exposition.ascii(DURATION + "_count{" + labels + "} "), duration[0]);
            out.sample(Exposition.ascii(DURATION + "_sum{" + labels + "} "), duration[1]);
        });
    }
}
