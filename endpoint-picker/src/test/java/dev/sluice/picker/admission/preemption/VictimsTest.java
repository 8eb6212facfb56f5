package dev.sluice.picker.admission.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.capacity.FreedCapacity;
import dev.sluice.picker.admission.capacity.Saturation;
import dev.sluice.picker.admission.preemption.Preemption.Need;
import dev.sluice.picker.admission.preemption.Preemption.Site;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.AdmissionSettings;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which running requests are chosen to end.
class VictimsTest {
    private static final Priority HIGH = new Priority(100);
    private static final AdmissionSettings WITHOUT_HEADROOM = AdmissionSettings.DEFAULT.withHeadroom(0);

    private static PoolSnapshot pool() {
        PoolId id = new PoolId("ml", "pool");
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new Pools.PoolSpec(
                id,
                PoolSettings.DEFAULT.withAdmission(WITHOUT_HEADROOM),
                IntStream.range(0, 3)
                        .mapToObj(i -> new EndpointSpec(
                                new EndpointId("pod-" + i, "10.0.0." + i, 8000), Hardware.UNKNOWN, Engine.VLLM))
                        .toList())));
        return Objects.requireNonNull(pools.find(id));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyVictimIsNeededAndTheyAreEnough(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int chosen = 0;
        for (int round = 0; round < 2_000; round++) {
            PoolSnapshot pool = pool();
            long now = 0;
            List<Site> sites = new ArrayList<>();
            for (int position = 0; position < 3; position++) {
                Endpoint endpoint = pool.endpoint(position);
                List<PreemptibleRequest> evictable = new ArrayList<>();
                List<PreemptibleRequest> leaving = new ArrayList<>();
                int tokens = 0;
                for (int i = random.nextInt(5, 12); i > 0; i--) {
                    int size = random.nextInt(200, 3_000);
                    endpoint.inFlight().place(now, 0, size);
                    tokens += size;
                    Footprint footprint = new Footprint(endpoint, 0, size, now);
                    PreemptibleRequest each =
                            new PreemptibleRequest(new Priority(random.nextInt(-3, 1)), footprint, _ -> {});
                    if (each.priority().isSheddable()) {
                        (random.nextInt(8) == 0 ? leaving : evictable).add(each);
                    }
                    now += Duration.ofMillis(random.nextInt(1, 5)).toNanos();
                }
                endpoint.report(new Signals(
                        0,
                        endpoint.inFlight().requests(),
                        new KvCache(Math.min(1, tokens / 10_000.0), 10_000),
                        Adapters.NONE,
                        endpoint.inFlight().requests(),
                        now));
                sites.add(new Site(endpoint, endpoint.signals(), evictable, leaving, List.of()));
            }
            Need need = new Need(Saturation.Limit.of(WITHOUT_HEADROOM, HIGH, true, new RateBook()), 0, now);
            List<PreemptibleRequest> victims = Preemption.victims(sites, need);
            if (!victims.isEmpty()) {
                chosen++;
                verify(victims, sites, need);
            }
        }
        assertThat(chosen).isGreaterThan(50);
    }

    private static void verify(List<PreemptibleRequest> victims, List<Site> sites, Need need) {
        Endpoint endpoint = victims.getFirst().footprint.endpoint();
        Signals signals = endpoint.signals();
        Site site = sites.stream()
                .filter(each -> each.endpoint() == endpoint)
                .findFirst()
                .orElseThrow();
        assertThat(site.evictable()).containsAll(victims);
        assertThat(victims).doesNotHaveDuplicates();
        FreedCapacity all = FreedCapacity.NONE;
        for (PreemptibleRequest each : site.leaving()) {
            all = each.addTo(all, signals);
        }
        for (PreemptibleRequest each : victims) {
            all = each.addTo(all, signals);
        }
        assertThat(Saturation.untilCapacity(endpoint, signals, all, need.limit(), 0, need.nowNanos()))
                .isZero();
        for (PreemptibleRequest each : victims) {
            assertThat(Saturation.untilCapacity(
                            endpoint, signals, each.takeFrom(all, signals), need.limit(), 0, need.nowNanos()))
                    .isPositive();
        }
    }
}
