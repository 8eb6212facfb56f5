package dev.sluice.picker.signals;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.settings.SignalSources.Exporter;
import dev.sluice.picker.settings.SignalSources.Prometheus;
import dev.sluice.picker.signals.gpu.ExporterPoll;
import dev.sluice.picker.signals.gpu.GpuWatch;
import dev.sluice.picker.signals.gpu.GpuWatches;
import dev.sluice.picker.signals.polling.EngineListener;
import dev.sluice.picker.signals.polling.SourceContext;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import dev.sluice.picker.signals.prometheus.PrometheusClient;
import dev.sluice.picker.signals.prometheus.PrometheusPoll;
import dev.sluice.picker.telemetry.SourceMeters;
import dev.sluice.picker.time.Ticker;
import dev.sluice.process.Supervisor;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Polls the sources of signals beside the engines: DCGM exporters for GPUs, and Prometheus servers for any
/// signal. The pools' settings say which sources are polled.
public final class SourcePoller implements AutoCloseable {
    private static final long TICK_MILLIS = 50;

    private final Pools pools;
    private final SourceContext context;
    private final PrometheusClient client;
    private final GpuWatches watches;
    private final Map<ExporterPoll.Address, ExporterPoll> exporters = new HashMap<>();
    private final Map<PoolId, PrometheusPoll> servers = new HashMap<>();
    private Map<PoolId, PoolSnapshot> served = Map.of();

    public SourcePoller(
            Pools pools,
            SourceMeters meters,
            Ticker ticker,
            InstantSource clock,
            PrometheusAccess access,
            EngineListener listener)
            throws IOException, GeneralSecurityException {
        this.pools = pools;
        this.watches = new GpuWatches(pools);
        EventLoopThread loop = new EventLoopThread("sources", new Supervisor(meters.loops()::fault));
        this.client = new PrometheusClient(loop, access);
        this.context = new SourceContext(loop, meters, ticker, clock, listener);
        loop.every(TICK_MILLIS, this::poll);
        loop.every(TICK_MILLIS, this::followPools);
    }

    /// Polls what is due and expires what is too old, also while a change of the pools has a fault.
    private void poll() {
        long now = context.ticker().nanos();
        EventLoopThread loop = context.loop();
        loop.each(exporters.values(), exporter -> exporter.tick(now));
        loop.each(exporters.values(), exporter -> exporter.expire(now));
        loop.each(servers.values(), server -> server.tick(now));
        loop.each(servers.values(), server -> server.expire(now));
    }

    private void followPools() {
        Map<PoolId, PoolSnapshot> now = pools.all();
        if (!now.equals(served)) {
            follow(now);
            served = now;
        }
    }

    /// Applies a change of the pools.
    private void follow(Map<PoolId, PoolSnapshot> now) {
        boolean first = served.isEmpty();
        Set<Endpoint> members =
                now.values().stream().flatMap(pool -> pool.endpoints().stream()).collect(Collectors.toSet());
        watches.follow(members, first);
        followServers(now);
        followExporters(now);
        now.values().forEach(this::forgetGpusWithoutSource);
    }

    private void followServers(Map<PoolId, PoolSnapshot> now) {
        servers.entrySet().removeIf(entry -> {
            PoolSnapshot pool = now.get(entry.getKey());
            boolean over = pool == null || !entry.getValue().settings().equals(prometheus(pool));
            if (over) {
                entry.getValue().close();
            }
            return over;
        });
        now.forEach((id, pool) -> {
            Prometheus settings = prometheus(pool);
            if (settings != null) {
                servers.computeIfAbsent(id, _ -> new PrometheusPoll(id, settings, context, client, watches))
                        .serve(pool);
            }
        });
    }

    private void followExporters(Map<PoolId, PoolSnapshot> now) {
        Map<ExporterPoll.Address, Exporter> wanted = new HashMap<>();
        Map<ExporterPoll.Address, List<GpuWatch>> shown = new HashMap<>();
        for (PoolSnapshot pool : now.values()) {
            Exporter exporter = pool.settings().signals().sources().exporterRead();
            Map<String, Long> perPod = pool.endpoints().stream()
                    .collect(Collectors.groupingBy(endpoint -> endpoint.id().pod(), Collectors.counting()));
            for (Endpoint endpoint : pool.endpoints()) {
                GpuWatch watch = watches.of(endpoint);
                watch.sharedBy(perPod.getOrDefault(endpoint.id().pod(), 1L).intValue());
                if (exporter != null) {
                    ExporterPoll.Address address = ExporterPoll.Address.of(endpoint, exporter);
                    if (!address.host().isEmpty()) {
                        wanted.putIfAbsent(address, exporter);
                        shown.computeIfAbsent(address, _ -> new ArrayList<>()).add(watch);
                    }
                }
            }
        }
        exporters.entrySet().removeIf(entry -> {
            boolean over = !wanted.containsKey(entry.getKey());
            if (over) {
                entry.getValue().close();
            }
            return over;
        });
        context.loop()
                .each(
                        wanted.entrySet(),
                        entry -> exporter(entry.getKey(), entry.getValue())
                                .serve(entry.getValue(), shown.getOrDefault(entry.getKey(), List.of())));
    }

    private ExporterPoll exporter(ExporterPoll.Address address, Exporter exporter) {
        return exporters.computeIfAbsent(
                address, _ -> new ExporterPoll(address, exporter, context.loop(), context.meters(), context.ticker()));
    }

    private void forgetGpusWithoutSource(PoolSnapshot pool) {
        if (prometheus(pool) == null && pool.settings().signals().sources().exporterRead() == null) {
            pool.endpoints().forEach(endpoint -> watches.of(endpoint).forget());
        }
    }

    private static @Nullable Prometheus prometheus(PoolSnapshot pool) {
        return pool.settings().signals().sources().prometheus();
    }

    @Override
    public void close() {
        context.loop().close();
    }
}
