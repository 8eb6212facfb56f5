package dev.sluice.picker.pricing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.signals;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.PricePart;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// Units and directions of each part of a price: what makes it larger, what makes it 0, and that it is a time.
class PricePartsTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;
    private static final Rates RATES = new RateBook().of(H100);
    private static final RequestCost REQUEST = new RequestCost(null, 4_000, 1_000, 200, NEVER, NEVER);

    private final Endpoint endpoint = pool(PolicyKind.COST, H100).endpoint(0);
    private final UsualBatch usual = new UsualBatch();

    private PlacementForecast forecast(Signals reported) {
        endpoint.report(reported);
        return new PlacementForecast().read(endpoint, 1, usual, 0);
    }

    private float[] parts(Signals reported, RequestCost request, Rates rates, double cached) {
        float[] parts = new float[PricePart.values().length];
        OwnParts.write(forecast(reported), request, rates, cached, parts);
        return parts;
    }

    private float part(PricePart part, Signals reported, RequestCost request, Rates rates, double cached) {
        return parts(reported, request, rates, cached)[part.index()];
    }

    private float part(PricePart part, Signals reported) {
        return part(part, reported, REQUEST, RATES, 0);
    }

    /// The part for objectives where the request's prefill is done after so many milliseconds.
    private double objective(RequestCost request, Rates rates, double prefilled, double newTokensPerSecond) {
        PlacementForecast forecast = forecast(signals(0, 40, .5));
        double first = forecast.firstTokenMillis(rates, prefilled);
        double each = forecast.betweenTokensMillis(request, rates, newTokensPerSecond);
        return ObjectivePart.millis(request, rates, 0, first, each, endpoint.tpotTargets());
    }

    private static RequestCost objectives(double left, double tpot) {
        return new RequestCost(null, 4_000, 1_000, 200, left, tpot);
    }

    @Test
    void eachPartIsATimeThatGrowsWithTheRates() {
        Signals busy = signals(3, 40, .99);
        RequestCost adapted = new RequestCost(MODEL, 4_000, 1_000, 200, NEVER, NEVER);
        float[] parts = parts(busy, adapted, RATES, 0);
        float[] slow = parts(busy, adapted, RATES.slowed(2), 0);
        for (PricePart part : PricePart.values()) {
            if (part != PricePart.SPREAD && part != PricePart.OBJECTIVE) {
                assertThat(parts[part.index()]).as(part.label()).isPositive();
                assertThat(slow[part.index()]).as(part.label()).isEqualTo(2 * parts[part.index()]);
            }
        }
    }

    @Test
    void lateTimeIsATimeToo() {
        double once = objective(objectives(50, 5), RATES, 200, 100);
        double twice = objective(objectives(100, 10), RATES.slowed(2), 400, 50);
        assertThat(once).isPositive();
        assertThat(twice).isCloseTo(2 * once, Percentage.withPercentage(1e-6));
    }

    @Test
    void queueGrowsWithTheRequestsAheadAndIsZeroWhereNothingRuns() {
        assertThat(part(PricePart.QUEUE, signals(0, 0, 0))).isZero();
        float running = part(PricePart.QUEUE, signals(0, 10, 0));
        float waiting = part(PricePart.QUEUE, signals(2, 10, 0));
        float more = part(PricePart.QUEUE, signals(5, 10, 0));
        assertThat(running).isPositive().isLessThan(waiting);
        assertThat(waiting).isLessThan(more);
    }

    @Test
    void prefillGrowsWithThePromptAndFallsWithWhatIsCached() {
        RequestCost longer = new RequestCost(null, 8_000, 1_000, 200, NEVER, NEVER);
        Signals idle = signals(0, 0, 0);
        float whole = part(PricePart.PREFILL, idle);
        float rest = part(PricePart.PREFILL, idle, REQUEST, RATES, 3_000);
        assertThat(part(PricePart.PREFILL, idle, longer, RATES, 0)).isGreaterThan(whole);
        assertThat(rest).isPositive().isLessThan(whole);
    }

    @Test
    void anAdapterCostsWhereItIsNotInUseAndMoreWhereNoSlotIsFree() {
        RequestCost adapted = new RequestCost(MODEL, 4_000, 1_000, 200, NEVER, NEVER);
        Signals loaded = withAdapters(Set.of(MODEL.value()), 1);
        Signals free = withAdapters(Set.of("other"), 2);
        Signals full = withAdapters(Set.of("other"), 1);
        assertThat(part(PricePart.ADAPTER, loaded, adapted, RATES, 0)).isZero();
        assertThat(part(PricePart.ADAPTER, free)).isZero();
        assertThat(part(PricePart.ADAPTER, free, adapted, RATES, 0))
                .isPositive()
                .isLessThan(part(PricePart.ADAPTER, full, adapted, RATES, 0));
    }

    @Test
    void memoryCostsWhereTheKvCacheIsFullAndIsBounded() {
        assertThat(part(PricePart.MEMORY, signals(0, 40, .5))).isZero();
        float little = part(PricePart.MEMORY, signals(0, 40, .991));
        float much = part(PricePart.MEMORY, signals(20, 40, .999));
        assertThat(little).isPositive().isLessThan(much);
        EndpointLoad absurd = forecast(signals(100_000, 40, .999)).load();
        assertThat(MemoryPart.millis(absurd, REQUEST, 0, 1_000))
                .as("two residences")
                .isEqualTo(2_000);
    }

    @Test
    void decodeGrowsWithTheAnswerAndTheBatch() {
        RequestCost longer = new RequestCost(null, 4_000, 1_000, 400, NEVER, NEVER);
        float alone = part(PricePart.DECODE, signals(0, 0, 0));
        assertThat(alone).isPositive().isLessThan(part(PricePart.DECODE, signals(0, 80, .3)));
        assertThat(part(PricePart.DECODE, signals(0, 0, 0), longer, RATES, 0)).isGreaterThan(alone);
    }

    @Test
    void decodeWeighsMoreWhereRequestsShareTheEngine() {
        assertThat(DecodePart.sharing(.1)).isZero();
        assertThat(DecodePart.sharing(.3)).isPositive().isLessThan(DecodePart.sharing(.4));
        assertThat(DecodePart.sharing(.9)).isEqualTo(1);
        assertThat(DecodePart.millis(0, 200, 20)).isPositive().isLessThan(DecodePart.millis(.5, 200, 20));
        assertThat(DecodePart.millis(1, 200, 20)).as("in full").isEqualTo(200 * 20);
    }

    @Test
    void crowdingGrowsWithTheBatchButNotBeyondTheRequestsOwnWork() {
        assertThat(part(PricePart.CROWDING, signals(0, 0, 0))).isZero();
        float few = part(PricePart.CROWDING, signals(0, 10, .1));
        float many = part(PricePart.CROWDING, signals(0, 60, .1));
        assertThat(few).isPositive().isLessThan(many);
        assertThat(CrowdingPart.ofRunning(REQUEST, RATES, 1e6, 100, 120)).isEqualTo(120);
        assertThat(CrowdingPart.ofSharing(0, 40, 200, 1)).isZero();
        assertThat(CrowdingPart.ofWaiting(1, 100)).isPositive().isLessThan(CrowdingPart.ofWaiting(2, 100));
    }

    @Test
    void scarcityCostsWhereOthersRunAndThePromptIsHeldElsewhere() {
        Signals busy = signals(0, 10, .1);
        assertThat(part(PricePart.SCARCITY, signals(0, 0, 0)))
                .as("nothing runs")
                .isZero();
        assertThat(part(PricePart.SCARCITY, busy, REQUEST, RATES, 1_000))
                .as("holds as much")
                .isZero();
        float running = part(PricePart.SCARCITY, busy);
        float waiting = part(PricePart.SCARCITY, signals(2, 10, .1));
        assertThat(running).isPositive().isLessThan(waiting);
        assertThat(waiting - running)
                .as("a waiting request weighs more than a running one")
                .isGreaterThan(part(PricePart.SCARCITY, signals(0, 12, .1)) - running);
    }

    @Test
    void spreadGrowsWithRecentWorkUpToThePrefillThatItMaySave() {
        assertThat(SpreadPart.alone(0, 500, 100)).as("nothing repeats").isZero();
        assertThat(SpreadPart.alone(.5, 0, 100)).as("least work of all").isZero();
        assertThat(SpreadPart.alone(.5, 2, 100)).isPositive().isLessThan(SpreadPart.alone(.5, 4, 100));
        assertThat(SpreadPart.alone(.5, 1e6f, 100)).isLessThanOrEqualTo(50);
        assertThat(SpreadPart.amongReplicas(0, 1, 2)).isZero();
        assertThat(SpreadPart.amongReplicas(.01, 1, 2)).isPositive().isLessThan(SpreadPart.amongReplicas(.02, 1, 2));
        assertThat(SpreadPart.amongReplicas(1, 1, 3))
                .as("as many prefills as replicas")
                .isLessThanOrEqualTo(3);
    }

    @Test
    void objectivesCostWhereTheyAreMissedAndMoreWhereOthersHaveSome() {
        assertThat(objective(objectives(10_000, NEVER), RATES, 200, 0))
                .as("met with ease")
                .isZero();
        double late = objective(objectives(150, NEVER), RATES, 200, 0);
        assertThat(late).isPositive().isLessThan(objective(objectives(50, NEVER), RATES, 200, 0));
        assertThat(objective(objectives(150, 5), RATES, 200, 0)).isGreaterThan(late);
        endpoint.tpotTargets().add(6);
        assertThat(objective(objectives(150, NEVER), RATES, 200, 0))
                .as("another request there has an objective per token that is near")
                .isGreaterThan(late);
    }

    private static Signals withAdapters(Set<String> running, int slots) {
        return new Signals(0, 1, new KvCache(0, 430_000), new Adapters(running, Set.of(), slots), 0, 0);
    }
}
