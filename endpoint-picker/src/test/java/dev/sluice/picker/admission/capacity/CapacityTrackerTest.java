package dev.sluice.picker.admission.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.InFlight;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.GpuSignals;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is kept of a pool's capacity, compared with a look at each endpoint.
class CapacityTrackerTest {
    private static final PoolId POOL = new PoolId("ml", "pool");
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final GpuSignals BROKEN = new GpuSignals(0.5, 0.5, 1, 79);

    private final Pools pools = new Pools(_ -> {});
    private final DrainRate drainRate = new DrainRate();
    private final CapacityTracker capacity = new CapacityTracker(drainRate);
    private final Saturation.Limit limit =
            Saturation.Limit.of(AdmissionSettings.DEFAULT, Priority.STANDARD, true, new RateBook());
    private final Saturation.Limit sheddable =
            Saturation.Limit.of(AdmissionSettings.DEFAULT, new Priority(-1), true, new RateBook());
    private long now;

    private record Placed(Endpoint endpoint, long prefillNanos, long tokens, long predictedDone) {}

    private PoolSnapshot publish(int endpoints) {
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT,
                IntStream.range(0, endpoints)
                        .mapToObj(i -> new EndpointSpec(
                                new EndpointId("pod-" + i, "10.0.0." + i, 8000), Hardware.UNKNOWN, Engine.VLLM))
                        .toList())));
        return Objects.requireNonNull(pools.find(POOL));
    }

    private boolean hasCapacity(PoolSnapshot pool, Saturation.Limit within) {
        return Saturation.withCapacity(pool, 0, within, drainRate.residenceNanos(), now) >= 0;
    }

    private void verify(PoolSnapshot pool, Saturation.Limit within) {
        Endpoint next = capacity.next(pool, within, now);
        assertThat(next != null).isEqualTo(hasCapacity(pool, within));
        assertThat(capacity.until(pool, within, now) == 0).isEqualTo(next != null);
        if (next != null) {
            assertThat(Saturation.untilCapacity(next, within, drainRate.residenceNanos(), now))
                    .isZero();
        }
    }

    /// Requests are placed, get their first tokens and end, engines are read and expire, GPUs fail and heal, pools are
    /// published anew; the time passes.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itIsThatOfTheEndpointsWhateverHappens(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        drainRate.left(Duration.ofSeconds(2).toNanos());
        PoolSnapshot pool = publish(4);
        List<Placed> placed = new ArrayList<>();
        int full = 0;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(2) * random.nextLong(20 * MILLI);
            Endpoint endpoint = pool.endpoint(random.nextInt(pool.size()));
            InFlight work = endpoint.inFlight();
            switch (random.nextInt(20)) {
                case 0 -> endpoint.report(random.nextInt(3) == 0 ? BROKEN : GpuSignals.NOTHING_KNOWN);
                case 1 -> endpoint.expire(now + 1);
                case 2 -> pool = random.nextInt(10) == 0 ? publish(random.nextInt(2, 5)) : pool;
                case 3, 4, 5 ->
                    endpoint.report(new Signals(
                            random.nextInt(3),
                            random.nextInt(20),
                            new KvCache(random.nextDouble(0.8, 1), 100_000),
                            Adapters.NONE,
                            work.requests(),
                            now));
                case 6, 7, 8, 9, 10, 11, 12 -> {
                    long prefill = random.nextLong(300 * MILLI);
                    long tokens = random.nextLong(100, 8_000);
                    placed.add(new Placed(endpoint, prefill, tokens, work.place(now, prefill, tokens)));
                }
                default -> {
                    if (!placed.isEmpty()) {
                        Placed ends = placed.remove(random.nextInt(placed.size()));
                        InFlight there = ends.endpoint().inFlight();
                        if (random.nextBoolean()) {
                            there.firstToken(now, ends.predictedDone());
                            there.waited(random.nextLong(100 * MILLI), 200 * MILLI);
                        } else {
                            there.withdraw(now, ends.prefillNanos());
                        }
                        there.release(ends.tokens());
                    }
                }
            }
            full += hasCapacity(pool, limit) ? 0 : 1;
            verify(pool, limit);
            verify(pool, sheddable);
            verify(pool, limit.plenty());
        }
        assertThat(full).isBetween(1_000, 19_000);
    }

    @Test
    void whatChangesWithoutAMarkIsNoticedALittleLater() {
        PoolSnapshot pool = publish(1);
        Endpoint endpoint = pool.endpoint(0);
        drainRate.left(Duration.ofSeconds(100).toNanos());
        endpoint.inFlight().place(now, 0, 100);
        endpoint.report(new Signals(2, 10, new KvCache(0.1, 100_000), Adapters.NONE, 1, now));
        assertThat(capacity.next(pool, limit, now)).isNull();
        for (int i = 0; i < 200; i++) {
            drainRate.left(MILLI);
        }
        now += CapacityTracker.REFRESH_NANOS;
        assertThat(capacity.next(pool, limit, now)).isEqualTo(endpoint);
    }
}
