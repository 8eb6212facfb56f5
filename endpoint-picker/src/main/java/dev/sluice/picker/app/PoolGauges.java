package dev.sluice.picker.app;

import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.telemetry.Meters;
import dev.sluice.picker.time.Ticker;
import java.util.Objects;
import java.util.stream.Stream;

/// The meters that are read from the pools at each scrape.
final class PoolGauges {
    private static final double NANOS_PER_SECOND = 1e9;

    private PoolGauges() {}

    static void register(Meters meters, Pools pools, Journal journal, ExactPrefixIndex exact, Ticker ticker) {
        meters.watch("sluice.endpoints", pools, each -> endpoints(each).count());
        meters.watch(
                "sluice.endpoints.unread",
                pools,
                each -> endpoints(each)
                        .filter(endpoint -> endpoint.signals() == null)
                        .count());
        meters.watch(
                "sluice.endpoints.faulty",
                pools,
                each -> endpoints(each).filter(Endpoint::isFaulty).count());
        meters.watch(
                "sluice.endpoints.slowed",
                pools,
                each -> endpoints(each)
                        .filter(endpoint -> endpoint.slowness() > 1)
                        .count());
        meters.watch(
                "sluice.adapters.not.served",
                pools,
                each -> endpoints(each)
                        .flatMap(endpoint -> endpoint.adapters().values().stream())
                        .filter(state -> state == AdapterState.ABSENT || state == AdapterState.NOT_SERVING)
                        .count());
        meters.watch("sluice.signal.age.seconds", pools, each -> oldest(each, ticker.nanos()));
        meters.watch("sluice.kv.blocks", exact, ExactPrefixIndex::blocks);
        meters.watch("sluice.kv.endpoints", exact, ExactPrefixIndex::endpoints);
        meters.watch("sluice.journal.bytes", journal, Journal::bytes);
    }

    private static double oldest(Pools pools, long now) {
        return endpoints(pools)
                        .map(Endpoint::signals)
                        .filter(Objects::nonNull)
                        .mapToLong(signals -> now - signals.atNanos())
                        .max()
                        .orElse(0)
                / NANOS_PER_SECOND;
    }

    private static Stream<Endpoint> endpoints(Pools pools) {
        return pools.all().values().stream().map(PoolSnapshot::endpoints).flatMap(each -> each.stream());
    }
}
