package dev.sluice.picker.kube;

import dev.sluice.api.ApiDuration;
import dev.sluice.api.v1.Port;
import dev.sluice.api.v1alpha1.DcgmExporter;
import dev.sluice.api.v1alpha1.KvEvents;
import dev.sluice.api.v1alpha1.PrometheusQueries;
import dev.sluice.api.v1alpha1.PrometheusServer;
import dev.sluice.api.v1alpha1.Signals;
import dev.sluice.picker.settings.KvEventPorts;
import dev.sluice.picker.settings.SignalSources;
import dev.sluice.picker.settings.SignalSources.Exporter;
import dev.sluice.picker.settings.SignalSources.Prometheus;
import dev.sluice.picker.settings.SignalSources.Query;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a pool's sources of signals from its policy.
final class Sources {
    private Sources() {}

    /// @param targetPorts the pool's
    static SignalSources of(Signals signals, List<Port> targetPorts) {
        PrometheusServer server = signals.prometheus();
        return new SignalSources(
                server == null ? null : prometheus(server),
                exporter(signals.dcgm()),
                kvEvents(signals.kvEvents(), targetPorts));
    }

    private static @Nullable KvEventPorts kvEvents(@Nullable KvEvents events, List<Port> targetPorts) {
        return events == null
                ? null
                : new KvEventPorts(
                        events.port(),
                        events.replayPort(),
                        targetPorts.stream().map(Port::number).toList());
    }

    private static Prometheus prometheus(PrometheusServer server) {
        return new Prometheus(
                URI.create(server.url()),
                ApiDuration.parse(server.interval()),
                ApiDuration.parse(server.staleness()),
                server.podLabel(),
                queries(server.queries()));
    }

    private static Map<Query, String> queries(PrometheusQueries queries) {
        Map<Query, String> asked = new EnumMap<>(Query.class);
        for (Query query : Query.values()) {
            String promQl = switch (query) {
                case WAITING -> queries.waiting();
                case RUNNING -> queries.running();
                case KV_USAGE -> queries.kvUsage();
                case KV_CAPACITY_TOKENS -> queries.kvCapacityTokens();
                case ADAPTERS -> queries.adapters();
                case DCGM -> queries.dcgm();
                case GPU_UTILIZATION -> queries.gpuUtilization();
                case GPU_CLOCK -> queries.gpuClock();
                case XID -> queries.xid();
            };
            if (!promQl.isBlank()) {
                asked.put(query, promQl);
            }
        }
        return asked;
    }

    private static @Nullable Exporter exporter(DcgmExporter exporter) {
        return switch (exporter.exporter()) {
            case NODE ->
                new Exporter(Exporter.ExporterLocation.NODE, exporter.port(), ApiDuration.parse(exporter.interval()));
            case SIDECAR ->
                new Exporter(
                        Exporter.ExporterLocation.SIDECAR, exporter.port(), ApiDuration.parse(exporter.interval()));
            case NONE -> null;
        };
    }
}
