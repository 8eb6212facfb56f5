package dev.sluice.picker.signals.prometheus;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.SignalField;
import dev.sluice.picker.settings.SignalSources.Prometheus;
import dev.sluice.picker.settings.SignalSources.Query;
import dev.sluice.picker.signals.engine.EngineLabels;
import dev.sluice.picker.signals.gpu.GpuTable;
import dev.sluice.picker.signals.gpu.GpuWatches;
import dev.sluice.picker.signals.polling.SourceContext;
import dev.sluice.picker.signals.validation.Quantity;
import dev.sluice.picker.signals.validation.Rejection;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Polls the Prometheus server of one pool, with a query for each signal of all its endpoints.
///
/// A sample's age counts from the time of its measurement, however often it is read, so old samples expire also
/// while the server answers. Everything but the HTTP exchange happens on the event loop.
public final class PrometheusPoll {
    private static final Logger LOG = LoggerFactory.getLogger(PrometheusPoll.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /// Bound on the interval for GPUs: exporters refresh them every 30 s, and they have many series.
    private static final long LEAST_DCGM_INTERVAL = Duration.ofSeconds(5).toNanos();
    /// 128 records at this interval reach back half a minute.
    private static final long HISTORY_INTERVAL = Duration.ofMillis(250).toNanos();

    private final PoolId pool;
    private final Prometheus settings;
    private final SourceContext context;
    private final PrometheusClient client;
    private final GpuWatches watches;
    private final Map<Query, Long> due = new EnumMap<>(Query.class);
    private final Set<Query> asked = EnumSet.noneOf(Query.class);
    private final Set<Query> failing = EnumSet.noneOf(Query.class);
    private final Map<Endpoint, InFlightHistory> histories = new HashMap<>();
    private List<Endpoint> endpoints = List.of();
    private @Nullable EndpointLookup lookup;
    private long historyDue;
    private long expiryDue;
    private boolean closed;

    public PrometheusPoll(
            PoolId pool, Prometheus settings, SourceContext context, PrometheusClient client, GpuWatches watches) {
        this.pool = pool;
        this.settings = settings;
        this.context = context;
        this.client = client;
        this.watches = watches;
        long now = context.ticker().nanos();
        this.historyDue = now;
        this.expiryDue = now;
        settings.queries().keySet().forEach(query -> due.put(query, now));
    }

    public Prometheus settings() {
        return settings;
    }

    /// Sets the endpoints whose signals are asked for.
    public void serve(PoolSnapshot now) {
        endpoints = now.endpoints();
        lookup = new EndpointLookup(now, settings.podLabel());
        histories.keySet().retainAll(Set.copyOf(endpoints));
        endpoints.forEach(endpoint -> histories.computeIfAbsent(endpoint, _ -> new InFlightHistory()));
    }

    public void tick(long now) {
        if (now - historyDue >= 0) {
            historyDue = now + HISTORY_INTERVAL;
            histories.forEach((endpoint, history) ->
                    history.record(now, endpoint.inFlight().requests()));
        }
        settings.queries().forEach((query, promQl) -> {
            if (!asked.contains(query) && now - due.getOrDefault(query, now) >= 0) {
                due.put(query, now + interval(query));
                ask(query, promQl);
            }
        });
    }

    /// Expires what is too old, also after a fault in [#tick].
    public void expire(long now) {
        if (now - expiryDue < 0) {
            return;
        }
        expiryDue = now + HISTORY_INTERVAL;
        long oldest = now - settings.staleness().toNanos();
        expireBefore(oldest);
        if (asksForGpus()) {
            endpoints.forEach(endpoint -> watches.of(endpoint).expire(oldest));
        }
    }

    private void expireBefore(long oldest) {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.expireReports(oldest)) {
                context.listener().expired(endpoint);
            }
        }
    }

    /// Ends polling and expires everything that was reported.
    public void close() {
        closed = true;
        expireBefore(context.ticker().nanos() + 1);
    }

    private boolean asksForGpus() {
        return settings.queries().keySet().stream().anyMatch(PrometheusPoll::isAboutGpus);
    }

    private static boolean isAboutGpus(Query query) {
        return switch (query) {
            case DCGM, GPU_UTILIZATION, GPU_CLOCK, XID -> true;
            case WAITING, RUNNING, KV_USAGE, KV_CAPACITY_TOKENS, ADAPTERS -> false;
        };
    }

    private long interval(Query query) {
        long each = settings.interval().toNanos();
        return query == Query.DCGM ? Math.max(each, LEAST_DCGM_INTERVAL) : each;
    }

    private void ask(Query query, String promQl) {
        asked.add(query);
        try {
            var _ = client.query(settings.url(), promQl, settings.staleness(), TIMEOUT)
                    .whenComplete((samples, failure) -> {
                        var _ = context.loop().execute(() -> {
                            asked.remove(query);
                            if (!closed) {
                                answered(query, samples, failure);
                            }
                        });
                    });
        } catch (RuntimeException | Error notAsked) {
            asked.remove(query);
            throw notAsked;
        }
    }

    private void answered(Query query, @Nullable List<PrometheusSample> samples, @Nullable Throwable failure) {
        Throwable cause = failure;
        if (samples != null) {
            try {
                take(query, samples);
            } catch (RuntimeException | Error unusable) {
                cause = unusable;
            }
        }
        if (cause != null) {
            context.meters().failed(pool, "prometheus");
        }
        noteAnswer(query, cause);
    }

    /// Logs changes per query, because a server may refuse one query again and again and answer the others.
    private void noteAnswer(Query query, @Nullable Throwable cause) {
        if (cause != null && failing.add(query)) {
            LOG.atWarn()
                    .addKeyValue("pool", pool)
                    .addKeyValue("server", settings.url())
                    .addKeyValue("query", query)
                    .log("Prometheus does not answer: {}", String.valueOf(cause));
        } else if (cause == null && failing.remove(query)) {
            LOG.atInfo()
                    .addKeyValue("pool", pool)
                    .addKeyValue("server", settings.url())
                    .addKeyValue("query", query)
                    .log("Prometheus answers again");
        }
    }

    private void take(Query query, List<PrometheusSample> samples) {
        EndpointLookup find = lookup;
        if (find == null) {
            return;
        }
        if (query == Query.DCGM) {
            takeGpus(samples);
            return;
        }
        SamplesByEndpoint found = new SamplesByEndpoint(settings.staleness());
        samples.stream()
                .filter(sample -> !isStale(sample))
                .forEach(sample -> find.of(sample).forEach(endpoint -> found.add(endpoint, sample)));
        found.forEach((endpoint, own) -> {
            report(query, endpoint, own);
            context.listener().reported(endpoint);
        });
    }

    private void report(Query query, Endpoint endpoint, List<PrometheusSample> all) {
        List<PrometheusSample> own =
                all.stream().flatMap(sample -> sound(query, sample)).toList();
        if (own.isEmpty()) {
            return;
        }
        long at = nanos(SamplesByEndpoint.oldest(own));
        context.meters().sampled(pool, "prometheus", query.name().toLowerCase(Locale.ROOT), at);
        switch (query) {
            case WAITING -> queue(endpoint, SignalField.WAITING, sum(own), at);
            case RUNNING -> queue(endpoint, SignalField.RUNNING, sum(own), at);
            case KV_USAGE -> endpoint.report(SignalField.KV_USAGE, most(own), at);
            case KV_CAPACITY_TOKENS -> report(endpoint, SignalField.KV_CAPACITY_TOKENS, sum(own), at);
            case ADAPTERS -> endpoint.report(SamplesByEndpoint.adapters(own), at);
            case GPU_UTILIZATION -> watches.of(endpoint).utilization(most(own), at);
            case GPU_CLOCK -> watches.of(endpoint).clock(-most(own, sample -> -sample.value()), at);
            case XID ->
                watches.of(endpoint)
                        .xids(own.stream().map(sample -> (int) sample.value()).toList());
            case DCGM -> throw new IllegalStateException("has its own way");
        }
    }

    /// The sample with its value validated; empty where the value is rejected.
    private Stream<PrometheusSample> sound(Query query, PrometheusSample sample) {
        double read = query == Query.KV_CAPACITY_TOKENS ? capacity(sample) : sample.value();
        double sound = quantity(query).sound(read, this::rejected);
        return Double.isNaN(sound)
                ? Stream.empty()
                : Stream.of(new PrometheusSample(sample.labels(), sound, sample.epochMillis()));
    }

    private static Quantity quantity(Query query) {
        return switch (query) {
            case WAITING, RUNNING -> Quantity.REQUESTS;
            case KV_USAGE, GPU_UTILIZATION, GPU_CLOCK -> Quantity.SHARE;
            case KV_CAPACITY_TOKENS -> Quantity.TOKENS;
            case XID -> Quantity.CODE;
            case ADAPTERS, DCGM -> Quantity.TOTAL;
        };
    }

    private void rejected(Rejection why) {
        context.meters().rejections().rejected(pool, "prometheus", why.label());
    }

    /// Reports a sum of several series, which is validated as well.
    private void report(Endpoint endpoint, SignalField field, double added, long at) {
        Quantity quantity = field == SignalField.KV_CAPACITY_TOKENS ? Quantity.TOKENS : Quantity.REQUESTS;
        double sound = quantity.sound(added, this::rejected);
        if (!Double.isNaN(sound)) {
            endpoint.report(field, sound, at);
        }
    }

    private void queue(Endpoint endpoint, SignalField field, double requests, long at) {
        report(endpoint, field, requests, at);
        InFlightHistory history = histories.get(endpoint);
        if (history != null) {
            endpoint.ownInFlightThen(history.at(at));
        }
    }

    private void takeGpus(List<PrometheusSample> samples) {
        GpuTable gpus = new GpuTable(this::rejected);
        long oldest = Long.MAX_VALUE;
        for (PrometheusSample sample : samples) {
            if (!isStale(sample) && gpus.add(sample.label("__name__"), sample.labels(), sample.value())) {
                oldest = Math.min(oldest, sample.epochMillis());
            }
        }
        for (Endpoint endpoint : endpoints) {
            if (watches.of(endpoint).read(gpus, nanos(oldest))) {
                context.meters().sampled(pool, "prometheus", "gpu", nanos(oldest));
            }
        }
    }

    private boolean isStale(PrometheusSample sample) {
        return context.clock().millis() - sample.epochMillis()
                > settings.staleness().toMillis();
    }

    /// The sample's time by the ticker; a time in the future, by the server's clock, counts as now.
    private long nanos(long epochMillis) {
        long age = Math.max(0, context.clock().millis() - epochMillis);
        return context.ticker().nanos() - Duration.ofMillis(age).toNanos();
    }

    /// The capacity from the labels of an information series, else the sample's value.
    private static double capacity(PrometheusSample sample) {
        double labelled = EngineLabels.capacityTokens(sample.labels());
        return labelled > 0 ? labelled : sample.value();
    }

    private static double sum(List<PrometheusSample> samples) {
        return samples.stream().mapToDouble(PrometheusSample::value).sum();
    }

    private static double most(List<PrometheusSample> samples) {
        return most(samples, PrometheusSample::value);
    }

    private static double most(List<PrometheusSample> samples, ToDoubleFunction<PrometheusSample> of) {
        return samples.stream().mapToDouble(of).max().orElse(Double.NaN);
    }
}
