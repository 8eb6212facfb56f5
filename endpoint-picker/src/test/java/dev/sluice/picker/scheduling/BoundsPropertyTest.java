package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.PricePart;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.pricing.Start;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The bounds of docs/SCHEDULING.md hold in 100,000 situations each: 1 to 1,000 endpoints, each of the six numbers
/// wrong by 0.05 to 20 times, 1 to 256 batch slots, caches from 4,000 to 900,000 tokens, any signals.
class BoundsPropertyTest {
    private static final int SITUATIONS = 100_000;
    private static final Hardware UNPUBLISHED = new Hardware("", 1, "some-model");
    private static final float ROUNDING = 1.001f;

    private final CostPolicy policy = new CostPolicy();
    private final Scheduler scheduler = new Scheduler();

    /// A situation, its prices and the endpoint that the scheduler chose.
    private record Case(SchedulingInput input, PriceList prices, int chosen) {
        float part(int index, int part) {
            return prices.part(part)[index];
        }

        double firstToken(int index) {
            return prices.firstTokenMillis(index);
        }

        /// The parts that are the request's own predicted time.
        double own(int index) {
            return firstToken(index) + part(index, PricePart.DECODE.index());
        }

        double external(int index) {
            return part(index, PricePart.CROWDING.index())
                    + part(index, PricePart.SCARCITY.index())
                    + part(index, PricePart.SPREAD.index())
                    + part(index, PricePart.OBJECTIVE.index());
        }

        /// What the prefix elsewhere saves to a request that a prefill here would stall.
        double saved(int index) {
            return Math.min(part(index, PricePart.SCARCITY.index()), part(index, PricePart.PREFILL.index()));
        }

        /// Whether the request would not queue at an endpoint, or none that starts it at once is sooner in everything.
        boolean mayBeChosen(int index) {
            double soonestFirst = Double.POSITIVE_INFINITY;
            double soonestDone = Double.POSITIVE_INFINITY;
            for (int i = 0; i < prices.size(); i++) {
                if (prices.start(i) == Start.AT_ONCE) {
                    soonestFirst = Math.min(soonestFirst, firstToken(i) + saved(i));
                    soonestDone = Math.min(soonestDone, prices.ownMillis(i) + saved(i));
                }
            }
            return prices.start(index) != Start.QUEUED
                    || firstToken(index) <= soonestFirst * ROUNDING
                    || prices.ownMillis(index) <= soonestDone * ROUNDING;
        }

        double load(int index) {
            return input.pool().endpoint(prices.position(index)).requests();
        }
    }

    private Case draw(long seed, Hardware... kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        Hardware[] hardware = new Hardware[endpoints(random)];
        for (int i = 0; i < hardware.length; i++) {
            hardware[i] = kinds[random.nextInt(kinds.length)];
        }
        PoolSnapshot pool = pool(PolicyKind.COST, hardware);
        PrefixIndex prefixes = new PrefixIndex(1 << 12);
        int slots = 1 << random.nextInt(9);
        for (Endpoint endpoint : pool.endpoints()) {
            load(endpoint, random, slots);
            if (random.nextInt(4) == 0) {
                prefixes.insert(prompt(1, random.nextInt(40)), 0, endpoint, 0);
            }
        }
        SchedulingInput input = input(pool, prefixes, random);
        PriceList prices = new PriceList();
        prices.begin(pool, EndpointSubset.ANY, PolicyKind.COST.parts().size());
        policy.price(input, prices);
        prices.sumParts();
        Pick.Picked picked = SchedulingInputs.picked(scheduler.schedule(input));
        return new Case(input, prices, prices.indexOf(picked.position()));
    }

    private static int endpoints(SplittableRandom random) {
        return random.nextInt(1_000) == 0 ? 1_000 : 1 + random.nextInt(1 + random.nextInt(24));
    }

    private static void load(Endpoint endpoint, SplittableRandom random, int slots) {
        for (int i = random.nextInt(6); i > 0; i--) {
            long prefill = (long) Math.exp(random.nextDouble(11, 23));
            endpoint.inFlight().place(0, prefill, random.nextInt(4_000));
        }
        endpoint.recentPrompts().placed(0, random.nextInt(50_000), random.nextInt(50_000));
        long capacity = (long) Math.exp(random.nextDouble(8.3, 13.7));
        if (random.nextBoolean()) {
            for (int page = 0; page < 8; page++) {
                endpoint.residence().ended((long) Math.exp(random.nextDouble(17, 25)));
                endpoint.report(new Signals(1 + page, slots, new KvCache(0.5, capacity), Adapters.NONE, 0, 0));
            }
        }
        if (random.nextInt(6) > 0) {
            int running = random.nextInt(slots + 1);
            int waiting = random.nextInt(3) == 0 ? random.nextInt(50) : 0;
            double used = random.nextDouble();
            endpoint.report(
                    new Signals(waiting, running, new KvCache(used, capacity), Adapters.NONE, random.nextInt(8), 0));
        }
    }

    private static SchedulingInput input(PoolSnapshot pool, PrefixIndex prefixes, SplittableRandom random) {
        var work = work(prompt(1, random.nextInt(60)));
        PrefixHits hits = new PrefixHits();
        prefixes.match(work.prompt(), 0, pool, hits);
        double[] wrong =
                random.doubles(6, Math.log(0.05), Math.log(20)).map(Math::exp).toArray();
        RateBook book = RateBook.withPriors(rates -> new Rates(
                rates.prefill().p0() * wrong[0],
                rates.prefill().p1() * wrong[1],
                rates.prefill().p2() * wrong[2],
                rates.step().d0() * wrong[3],
                rates.step().d1() * wrong[4],
                rates.step().d2() * wrong[5]));
        TokenModel tokens = new TokenModel(random.nextDouble(1, 16), random.nextDouble(1, 2_000));
        return new SchedulingInput(
                SchedulingInputs.priced(request("id", work), Target.asIs(MODEL), tokens),
                new PoolView(pool, hits, book, null),
                0,
                1_700_000_000_000L,
                random.nextLong());
    }

    @Test
    void noPartButTheRequestsOwnTimeMakesItWaitLongerThanThatPartCanSave() {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            Case drawn = draw(seed, H100, L40S);
            double tolerance = tolerance(drawn);
            for (int i = 0; i < drawn.prices().size(); i++) {
                if (drawn.mayBeChosen(i)) {
                    assertThat(drawn.own(drawn.chosen()))
                            .as("seed %d, endpoint %d", seed, i)
                            .isLessThanOrEqualTo((drawn.own(i) + drawn.external(i)) * ROUNDING + tolerance + 1e-3);
                }
            }
        }
    }

    /// What prices may differ by and still be equal, at most.
    private double tolerance(Case drawn) {
        double most = 0;
        for (int i = 0; i < drawn.prices().size(); i++) {
            float total = drawn.prices().total(i);
            most = Math.max(most, policy.tolerance(drawn.input(), drawn.prices().position(i), total));
        }
        return most;
    }

    @Test
    void spreadCostsNoMoreThanThePrefillThatItMaySave() {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            Case drawn = draw(seed, H100, L40S);
            for (int i = 0; i < drawn.prices().size(); i++) {
                assertThat(drawn.part(i, PricePart.SPREAD.index()))
                        .as("seed %d, endpoint %d", seed, i)
                        .isBetween(0f, drawn.part(i, PricePart.PREFILL.index()) * ROUNDING);
            }
        }
    }

    @Test
    void noRequestQueuesWhereAnotherEndpointCouldStartItAtOnceUnlessItIsServedSooner() {
        int waited = 0;
        for (long seed = 0; seed < SITUATIONS; seed++) {
            Case drawn = draw(seed, H100, L40S);
            if (drawn.prices().start(drawn.chosen()) != Start.QUEUED) {
                continue;
            }
            waited++;
            assertThat(drawn.mayBeChosen(drawn.chosen())).as("seed %d", seed).isTrue();
        }
        assertThat(waited).as("situations in which the rule matters").isGreaterThan(1_000);
    }

    @Test
    void leastLoadedEndpointIsChosenWhereNothingIsKnownOfTheHardware() {
        for (long seed = 0; seed < SITUATIONS; seed++) {
            Case drawn = draw(seed, UNPUBLISHED);
            for (int i = 0; i < drawn.prices().size(); i++) {
                assertThat(perSlot(drawn, drawn.chosen()))
                        .as("seed %d, endpoint %d", seed, i)
                        .isLessThanOrEqualTo(perSlot(drawn, i));
            }
        }
    }

    private static double perSlot(Case drawn, int index) {
        PoolSnapshot pool = drawn.input().pool();
        int usual = pool.endpoints().stream()
                .mapToInt(endpoint -> endpoint.slots().slots())
                .max()
                .orElse(0);
        int own = pool.endpoint(drawn.prices().position(index)).slots().slots();
        int position = drawn.prices().position(index);
        double cached =
                drawn.input().cachedTokens(position) / Math.max(1, drawn.input().promptTokens());
        return (drawn.load(index) + 4 * (1 - Math.min(1, cached))) / (own > 0 ? own : Math.max(1, usual));
    }

    @Test
    void workIsPlacedNoFurtherFromTheMeanThanOneRequestsPrice() {
        for (long seed = 0; seed < SITUATIONS / 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PoolSnapshot pool = pool(PolicyKind.COST, many(2 + random.nextInt(7), H100));
            PrefixIndex none = new PrefixIndex(1 << 10);
            for (int number = 0; number < 50; number++) {
                SchedulingInput input = input(pool, none, random);
                double mean = pool.endpoints().stream()
                        .mapToLong(endpoint -> endpoint.inFlight().prefillBacklogNanos(0))
                        .average()
                        .orElseThrow();
                Pick.Picked picked = SchedulingInputs.picked(scheduler.schedule(input));
                Endpoint chosen = picked.endpoints().getFirst();
                double most = 0;
                for (var candidate : picked.decision().candidates()) {
                    most = Math.max(most, candidate.total() - candidate.part(0));
                }
                assertThat(chosen.inFlight().prefillBacklogNanos(0) * 1e-6)
                        .as("seed %d, request %d", seed, number)
                        .isLessThanOrEqualTo(mean * 1e-6 * 1.02 + 2 * most + 1e-3);
                double prefill = picked.decision().candidates().getFirst().part(PricePart.PREFILL.index());
                chosen.inFlight().place(0, (long) (prefill * 1e6), 1_000);
            }
        }
    }
}
