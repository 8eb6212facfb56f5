package dev.sluice.picker.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sources of a pool's signals, other than the engines' own pages.
///
/// @param prometheus a Prometheus server, or null
/// @param exporter where the pods' DCGM exporters are, or null for nowhere
/// @param kvEvents where the engines publish what they cache, or null when that is not followed
public record SignalSources(
        @Nullable Prometheus prometheus,
        @Nullable Exporter exporter,
        @Nullable KvEventPorts kvEvents) {
    /// Sources without KV events.
    public SignalSources(@Nullable Prometheus prometheus, @Nullable Exporter exporter) {
        this(prometheus, exporter, null);
    }

    /// The engines themselves, and an exporter on each node, under its usual port.
    public static final SignalSources DEFAULT =
            new SignalSources(null, new Exporter(Exporter.ExporterLocation.NODE, 9_400, Duration.ofSeconds(5)));

    /// A quantity that a Prometheus server can be asked for.
    public enum Query {
        WAITING,
        RUNNING,
        KV_USAGE,
        KV_CAPACITY_TOKENS,
        ADAPTERS,
        /// All families of a DCGM exporter at once.
        DCGM,
        GPU_UTILIZATION,
        GPU_CLOCK,
        XID
    }

    /// @param url the server's address, without `/api/v1`
    /// @param staleness samples older than this are not used
    /// @param podLabel the label with the pod's name
    /// @param queries in PromQL; what is not asked for comes from elsewhere
    public record Prometheus(
            URI url, Duration interval, Duration staleness, String podLabel, Map<Query, String> queries) {
        public Prometheus {
            queries = Map.copyOf(queries);
        }

        boolean asks(Query query) {
            return queries.containsKey(query);
        }
    }

    /// @param place on the node or in the pod
    /// @param port of its HTTP server
    public record Exporter(ExporterLocation place, int port, Duration interval) {
        /// The place of an exporter.
        public enum ExporterLocation {
            /// An exporter for all pods of a node: the labels of its series name the pod of each GPU.
            NODE,
            /// Beside the engine, in its pod: every GPU is the pod's.
            SIDECAR
        }
    }

    /// The engines' pages are read: not where a Prometheus server tells of their queues.
    public boolean readsEngines() {
        return prometheus == null || !(prometheus.asks(Query.WAITING) && prometheus.asks(Query.RUNNING));
    }

    /// The exporters that are read: none where a Prometheus server tells of the GPUs.
    public @Nullable Exporter exporterRead() {
        return prometheus != null && prometheus.asks(Query.DCGM) ? null : exporter;
    }
}
