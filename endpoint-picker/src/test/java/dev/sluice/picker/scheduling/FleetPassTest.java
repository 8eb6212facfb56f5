package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.poolSpec;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.BatchIntegrals.Prefill;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.request.InferenceRequest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// One pass over columns comes to the prices, and so to the choices, of the definition, which prices one endpoint
/// after the other: in 100,000 situations, between which a few endpoints change in any way that they can.
class FleetPassTest {
    private static final int FLEETS = 2_000;
    private static final int REQUESTS = 50;
    private static final int PROMPT_BLOCKS = 60;
    private static final ModelName ADAPTER = new ModelName("poet");

    private final Scheduler scheduler = new Scheduler();
    private final PriceList inOnePass = new PriceList();
    private final PriceList oneByOne = new PriceList();

    /// A pool as published, and the same endpoints in a snapshot whose columns nobody keeps up.
    private record Fleet(PoolSnapshot pool, PoolSnapshot unfollowed, RateBook rates, PrefixIndex prefixes) {
        static Fleet draw(SplittableRandom random) {
            Hardware[] hardware = new Hardware[FleetPass.LEAST_ENDPOINTS + random.nextInt(40)];
            boolean mixed = random.nextBoolean();
            Arrays.setAll(hardware, _ -> mixed && random.nextBoolean() ? L40S : H100);
            int replicas = 1 + Math.max(0, random.nextInt(6) - 3);
            Pools pools = new Pools(_ -> {});
            pools.replaceAll(List.of(poolSpec(PolicyKind.COST, hardware).withReplicas(replicas)));
            PoolSnapshot pool = Objects.requireNonNull(pools.find(POOL));
            double[] wrong = random.doubles(6, Math.log(0.05), Math.log(20))
                    .map(Math::exp)
                    .toArray();
            RateBook rates = RateBook.withPriors(prior -> new Rates(
                    new Rates.PrefillRates(
                            prior.prefill().p0() * wrong[0],
                            prior.prefill().p1() * wrong[1],
                            prior.prefill().p2() * wrong[2]),
                    new Rates.StepRates(
                            prior.step().d0() * wrong[3],
                            prior.step().d1() * wrong[4],
                            prior.step().d2() * wrong[5]),
                    new Rates.Contention(wrong[0] * 1e-4, Math.min(1, wrong[1]))));
            return new Fleet(
                    pool,
                    new PoolSnapshot(pool.id(), pool.settings(), pool.endpoints()),
                    rates,
                    new PrefixIndex(1 << 12));
        }

        Endpoint any(SplittableRandom random) {
            return pool.endpoint(random.nextInt(pool.size()));
        }

        /// A request for the first blocks of a prompt.
        SchedulingInput input(PoolSnapshot of, int blocks, EndpointSubset subset, long now, long seed) {
            InferenceRequest request = new InferenceRequest("id", POOL, work(prompt(1, blocks)), subset, now);
            SplittableRandom random = new SplittableRandom(seed);
            PrefixHits hits = new PrefixHits();
            prefixes.match(prompt(1, blocks), 0, of, hits);
            TokenModel tokens = new TokenModel(random.nextDouble(1, 16), random.nextDouble(1, 2_000));
            Target target = random.nextInt(4) == 0 ? new Target(MODEL, ADAPTER, ADAPTER) : Target.asIs(MODEL);
            return new SchedulingInput(
                    SchedulingInputs.priced(request, target, tokens),
                    new PoolView(of, hits, rates, null),
                    now,
                    1_700_000_000_000L,
                    seed);
        }
    }

    /// Something happens at the endpoint.
    private static void change(Endpoint endpoint, long now, SplittableRandom random) {
        switch (random.nextInt(12)) {
            case 0, 1 -> {
                long prefill = (long) Math.exp(random.nextDouble(11, 23));
                long done = endpoint.inFlight().place(now, prefill, random.nextInt(4_000));
                if (random.nextBoolean()) {
                    endpoint.inFlight().firstToken(now + random.nextLong(prefill), done);
                }
                if (random.nextInt(3) == 0) {
                    endpoint.inFlight().withdraw(now, prefill);
                }
            }
            case 2 -> {
                if (endpoint.inFlight().requests() > 0) {
                    endpoint.inFlight().release(100);
                }
            }
            case 3 -> endpoint.inFlight().queued(random.nextLong(1_000_000), random.nextLong(1_000_000), 1_000);
            case 4 -> endpoint.integrals().placed(now, Prefill.of(random.nextInt(9_000), 0));
            case 5 -> endpoint.recentPrompts().placed(now, random.nextInt(50_000), random.nextInt(50_000));
            case 6 -> endpoint.residence().ended((long) Math.exp(random.nextDouble(17, 25)));
            case 7, 8 -> {
                int running = random.nextInt(65);
                Adapters adapters = random.nextBoolean()
                        ? Adapters.NONE
                        : new Adapters(Set.of(random.nextBoolean() ? ADAPTER.value() : "other"), Set.of(), 1);
                endpoint.report(new Signals(
                        random.nextInt(3) == 0 ? random.nextInt(50) : 0,
                        running,
                        new KvCache(
                                random.nextInt(4) == 0 ? 0 : random.nextDouble(),
                                random.nextInt(4) == 0 ? 0 : (long) Math.exp(random.nextDouble(8.3, 13.7))),
                        adapters,
                        random.nextInt(8),
                        now));
            }
            case 9 -> {
                for (int page = 0; page < 8; page++) {
                    endpoint.residence().ended(1_000_000_000);
                    endpoint.report(new Signals(1 + page, 64, new KvCache(0.5, 100_000), Adapters.NONE, 0, now));
                }
            }
            case 10 -> {
                double clock = random.nextBoolean() ? 1 : random.nextDouble(0.3, 1);
                endpoint.report(new GpuSignals(0.5, 0.5, clock, random.nextInt(8) == 0 ? 79 : 0));
            }
            default -> {
                if (random.nextInt(4) == 0) {
                    endpoint.tpotTargets().add(20);
                    endpoint.tpotTargets().add(40);
                    endpoint.tpotTargets().remove(40);
                } else {
                    endpoint.expire(now + 1);
                }
            }
        }
    }

    private static EndpointSubset subset(PoolSnapshot pool, SplittableRandom random) {
        if (random.nextInt(8) > 0) {
            return EndpointSubset.ANY;
        }
        Set<String> addresses = new HashSet<>();
        pool.endpoints().stream().filter(_ -> random.nextInt(8) > 0).forEach(each -> addresses.add(each.address()));
        return new EndpointSubset.Only(addresses);
    }

    @Test
    void onePassComesToThePricesAndTheChoiceOfTheDefinition() {
        int passes = 0;
        for (int seed = 0; seed < FLEETS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Fleet fleet = Fleet.draw(random);
            long now = random.nextLong(1L << 50);
            for (int number = 0; number < REQUESTS; number++) {
                int changes = number == 0 ? 4 * fleet.pool().size() : random.nextInt(6);
                for (int i = 0; i < changes; i++) {
                    change(fleet.any(random), now, random);
                }
                if (random.nextInt(4) == 0) {
                    fleet.prefixes().insert(prompt(1, random.nextInt(PROMPT_BLOCKS)), 0, fleet.any(random), 0);
                }
                now += random.nextLong(1L << random.nextInt(1, 36));
                int blocks = 1 + random.nextInt(PROMPT_BLOCKS);
                EndpointSubset subset = subset(fleet.pool(), random);
                long choice = random.nextLong();
                SchedulingInput input = fleet.input(fleet.pool(), blocks, subset, now, choice);
                passes += assertSamePrices(input, seed + ", request " + number) ? 1 : 0;
                assertSamePick(input, fleet.input(fleet.unfollowed(), blocks, subset, now, choice), seed);
            }
        }
        assertThat(passes).as("situations priced in one pass").isGreaterThan(FLEETS * REQUESTS * 8 / 10);
    }

    private boolean assertSamePrices(SchedulingInput input, String situation) {
        Rates[] rates = begin(input, inOnePass);
        begin(input, oneByOne);
        int kinds = rates.length;
        if (!FleetPass.price(input, inOnePass, rates, inOnePass.usual(kinds))) {
            return false;
        }
        CostPolicy.priceEach(input, oneByOne, rates, oneByOne.usual(kinds));
        for (int i = 0; i < oneByOne.size(); i++) {
            float[] wanted = new float[PolicyKind.COST.parts().size()];
            float[] found = new float[wanted.length];
            oneByOne.copyParts(i, wanted, 0);
            inOnePass.copyParts(i, found, 0);
            if (!Arrays.equals(found, wanted)
                    || inOnePass.start(i) != oneByOne.start(i)
                    || inOnePass.ownMillis(i) != oneByOne.ownMillis(i)) {
                assertThat(found).as("fleet %s, endpoint %d", situation, i).containsExactly(wanted);
                assertThat(inOnePass.start(i))
                        .as("fleet %s, endpoint %d", situation, i)
                        .isEqualTo(oneByOne.start(i));
                assertThat(inOnePass.ownMillis(i)).isEqualTo(oneByOne.ownMillis(i));
            }
        }
        return true;
    }

    private static Rates[] begin(SchedulingInput input, PriceList prices) {
        prices.begin(
                input.pool(), input.request().subset(), PolicyKind.COST.parts().size());
        return input.pool().hardware().stream().map(input.rates()::of).toArray(Rates[]::new);
    }

    private void assertSamePick(SchedulingInput followed, SchedulingInput unfollowed, int seed) {
        Pick wanted = scheduler.schedule(unfollowed);
        Pick found = scheduler.schedule(followed);
        if (wanted instanceof Pick.Picked picked) {
            Pick.Picked fast = SchedulingInputs.picked(found);
            assertThat(fast.position()).as("fleet %d", seed).isEqualTo(picked.position());
            assertThat(fast.decision()).as("fleet %d", seed).isEqualTo(picked.decision());
        } else {
            assertThat(found).isEqualTo(wanted);
        }
    }

    /// While other threads change the endpoints, prices are numbers; and when they are done, the right ones.
    @Test
    void pricesAreNumbersWhileEndpointsChange() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(7);
        Fleet fleet = Fleet.draw(random);
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> writers = List.of(writer(fleet, 1, ended), writer(fleet, 2, ended));
        for (int number = 0; number < 20_000; number++) {
            SchedulingInput input = fleet.input(fleet.pool(), 30, EndpointSubset.ANY, number * 1_000L, number);
            Rates[] rates = begin(input, inOnePass);
            assertThat(FleetPass.price(input, inOnePass, rates, inOnePass.usual(rates.length)))
                    .isTrue();
            inOnePass.sumParts();
            for (int i = 0; i < inOnePass.size(); i++) {
                assertThat(inOnePass.total(i)).isBetween(0f, 1e12f);
            }
        }
        ended.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        SchedulingInput last = fleet.input(fleet.pool(), 30, EndpointSubset.ANY, 0, 1);
        assertThat(assertSamePrices(last, "after all")).isTrue();
    }

    private static Thread writer(Fleet fleet, long seed, AtomicBoolean ended) {
        return Thread.ofPlatform().start(() -> {
            SplittableRandom random = new SplittableRandom(seed);
            while (!ended.get()) {
                Endpoint endpoint = fleet.any(random);
                int kind = random.nextInt(3);
                if (kind == 0) {
                    endpoint.inFlight().place(0, random.nextInt(1_000_000), 100);
                    endpoint.inFlight().release(100);
                } else if (kind == 1) {
                    endpoint.recentPrompts().placed(0, random.nextInt(1_000), random.nextInt(1_000));
                } else {
                    endpoint.report(new Signals(
                            random.nextInt(2),
                            random.nextInt(64),
                            new KvCache(random.nextDouble(), 430_000),
                            Adapters.NONE,
                            0,
                            0));
                }
            }
        });
    }
}
