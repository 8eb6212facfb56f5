package dev.sluice.picker.pricing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.signals;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.PricePart;
import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Signals;
import dev.sluice.picker.pool.TpotTargets;
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

    private PlacementForecast forecast(Signals reported, RequestCost request, Rates rates, double cached) {
        endpoint.report(reported);
        return new PlacementForecast().read(endpoint, 1, usual, 0).predict(request, rates, cached);
    }

    private PlacementForecast forecast(Signals reported) {
        return forecast(reported, REQUEST, RATES, 0);
    }

    private static float part(PlacementForecast forecast, PricePart part) {
        float[] parts = new float[PricePart.values().length];
        OwnParts.write(forecast, parts, 0);
        return parts[part.index()];
    }

    private static RequestCost objectives(double left, double tpot) {
        return new RequestCost(null, 4_000, 1_000, 200, left, tpot);
    }

    @Test
    void eachPartIsATimeThatGrowsWithTheRates() {
        Signals busy = signals(3, 40, .99);
        RequestCost adapted = new RequestCost(MODEL, 4_000, 1_000, 200, NEVER, NEVER);
        float[] parts = new float[PricePart.values().length];
        float[] slow = new float[PricePart.values().length];
        OwnParts.write(forecast(busy, adapted, RATES, 0), parts, 0);
        OwnParts.write(forecast(busy, adapted, RATES.slowed(2), 0), slow, 0);
        for (PricePart part : PricePart.values()) {
            if (part != PricePart.SPREAD && part != PricePart.OBJECTIVE) {
                assertThat(parts[part.index()]).as(part.label()).isPositive();
                assertThat(slow[part.index()]).as(part.label()).isEqualTo(2 * parts[part.index()]);
            }
        }
    }

    @Test
    void lateTimeIsATimeToo() {
        TpotTargets none = endpoint.tpotTargets();
        double once = ObjectivePart.millis(forecast(signals(0, 40, .5), objectives(50, 5), RATES, 0), 200, 100, none);
        double twice = ObjectivePart.millis(
                forecast(signals(0, 40, .5), objectives(100, 10), RATES.slowed(2), 0), 400, 50, none);
        assertThat(once).isPositive();
        assertThat(twice).isCloseTo(2 * once, Percentage.withPercentage(1e-6));
    }

    @Test
    void queueGrowsWithTheRequestsAheadAndIsZeroWhereNothingRuns() {
        assertThat(part(forecast(signals(0, 0, 0)), PricePart.QUEUE)).isZero();
        float running = part(forecast(signals(0, 10, 0)), PricePart.QUEUE);
        float waiting = part(forecast(signals(2, 10, 0)), PricePart.QUEUE);
        float more = part(forecast(signals(5, 10, 0)), PricePart.QUEUE);
        assertThat(running).isPositive().isLessThan(waiting);
        assertThat(waiting).isLessThan(more);
    }

    @Test
    void prefillGrowsWithThePromptAndFallsWithWhatIsCached() {
        RequestCost longer = new RequestCost(null, 8_000, 1_000, 200, NEVER, NEVER);
        Signals idle = signals(0, 0, 0);
        float whole = part(forecast(idle, REQUEST, RATES, 0), PricePart.PREFILL);
        float rest = part(forecast(idle, REQUEST, RATES, 3_000), PricePart.PREFILL);
        assertThat(part(forecast(idle, longer, RATES, 0), PricePart.PREFILL)).isGreaterThan(whole);
        assertThat(rest).isPositive().isLessThan(whole);
    }

    @Test
    void anAdapterCostsWhereItIsNotInUseAndMoreWhereNoSlotIsFree() {
        RequestCost adapted = new RequestCost(MODEL, 4_000, 1_000, 200, NEVER, NEVER);
        Signals loaded = withAdapters(Set.of(MODEL.value()), 1);
        Signals free = withAdapters(Set.of("other"), 2);
        Signals full = withAdapters(Set.of("other"), 1);
        assertThat(part(forecast(loaded, adapted, RATES, 0), PricePart.ADAPTER)).isZero();
        assertThat(part(forecast(free, REQUEST, RATES, 0), PricePart.ADAPTER)).isZero();
        assertThat(part(forecast(free, adapted, RATES, 0), PricePart.ADAPTER))
                .isPositive()
                .isLessThan(part(forecast(full, adapted, RATES, 0), PricePart.ADAPTER));
    }

    @Test
    void memoryCostsWhereTheKvCacheIsFullAndNoLongerThanTwoResidences() {
        assertThat(part(forecast(signals(0, 40, .5)), PricePart.MEMORY)).isZero();
        float little = part(forecast(signals(0, 40, .991)), PricePart.MEMORY);
        float lot = part(forecast(signals(20, 40, .999)), PricePart.MEMORY);
        assertThat(little).isPositive().isLessThan(lot);
        PlacementForecast absurd = forecast(signals(100_000, 40, .999));
        assertThat((double) part(absurd, PricePart.MEMORY)).isLessThanOrEqualTo(2 * absurd.residence() * (1 + 1e-6));
    }

    @Test
    void decodeGrowsWithTheAnswerAndTheBatch() {
        RequestCost longer = new RequestCost(null, 4_000, 1_000, 400, NEVER, NEVER);
        float alone = part(forecast(signals(0, 0, 0)), PricePart.DECODE);
        assertThat(alone).isPositive().isLessThan(part(forecast(signals(0, 80, .3)), PricePart.DECODE));
        assertThat(part(forecast(signals(0, 0, 0), longer, RATES, 0), PricePart.DECODE))
                .isGreaterThan(alone);
    }

    @Test
    void decodeWeighsMoreWhereRequestsShareTheEngine() {
        Rates shared = new Rates(3, .02, .6, 1, 1, .04);
        PlacementForecast batching = forecast(signals(0, 20, .1));
        PlacementForecast sharing = forecast(signals(0, 20, .1), REQUEST, shared, 0);
        assertThat(batching.sharing()).isZero();
        assertThat(sharing.sharing()).isEqualTo(1);
        assertThat(part(sharing, PricePart.DECODE) / sharing.answerMillis())
                .isGreaterThan(part(batching, PricePart.DECODE) / batching.answerMillis());
    }

    @Test
    void crowdingGrowsWithTheBatchButNotBeyondTheRequestsOwnWork() {
        assertThat(part(forecast(signals(0, 0, 0)), PricePart.CROWDING)).isZero();
        float few = part(forecast(signals(0, 10, .1)), PricePart.CROWDING);
        float many = part(forecast(signals(0, 60, .1)), PricePart.CROWDING);
        assertThat(few).isPositive().isLessThan(many);
        PlacementForecast crowded = forecast(signals(0, 200, .9));
        assertThat((double) part(crowded, PricePart.CROWDING))
                .isLessThanOrEqualTo(
                        (crowded.prefill() + crowded.step()) * (1 + 1e-6) + crowded.sharing() * crowded.answerMillis());
    }

    @Test
    void scarcityCostsWhereOthersRunAndThePromptIsHeldElsewhere() {
        Signals busy = signals(0, 10, .1);
        assertThat(part(forecast(signals(0, 0, 0)), PricePart.SCARCITY))
                .as("nothing runs")
                .isZero();
        assertThat(part(forecast(busy, REQUEST, RATES, 1_000), PricePart.SCARCITY))
                .as("holds as much")
                .isZero();
        float running = part(forecast(busy), PricePart.SCARCITY);
        float waiting = part(forecast(signals(2, 10, .1)), PricePart.SCARCITY);
        assertThat(running).isPositive().isLessThan(waiting);
        assertThat(waiting - running)
                .as("one that waits weighs more than one that runs")
                .isGreaterThan(part(forecast(signals(0, 12, .1)), PricePart.SCARCITY) - running);
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
        Signals some = signals(0, 40, .5);
        TpotTargets none = endpoint.tpotTargets();
        assertThat(ObjectivePart.millis(forecast(some, objectives(10_000, NEVER), RATES, 0), 200, 0, none))
                .as("met with ease")
                .isZero();
        double late = ObjectivePart.millis(forecast(some, objectives(150, NEVER), RATES, 0), 200, 0, none);
        double later = ObjectivePart.millis(forecast(some, objectives(50, NEVER), RATES, 0), 200, 0, none);
        assertThat(late).isPositive().isLessThan(later);
        assertThat(ObjectivePart.millis(forecast(some, objectives(150, 5), RATES, 0), 200, 0, none))
                .isGreaterThan(late);
        endpoint.tpotTargets().add(6);
        assertThat(ObjectivePart.millis(forecast(some, objectives(150, NEVER), RATES, 0), 200, 0, none))
                .as("another request there has an objective per token that is near")
                .isGreaterThan(late);
    }

    private static Signals withAdapters(Set<String> running, int slots) {
        return new Signals(0, 1, 0, 430_000, new Adapters(running, Set.of(), slots), 0, 0);
    }
}
