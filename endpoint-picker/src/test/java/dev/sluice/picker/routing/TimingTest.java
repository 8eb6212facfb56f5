package dev.sluice.picker.routing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pools;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.signals;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.RateLearner;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.BatchIntegrals;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.routing.placement.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which requests teach what of the hardware's speed; all of them go to one of two endpoints, at 700 prompt tokens
/// and 100 tokens of answer.
class TimingTest {
    private static final long MILLI = 1_000_000;

    private final Pools pools = pools(PolicyKind.ROUND_ROBIN, many(1, H100));
    private final Endpoint endpoint = pools.all().get(POOL).endpoints().getFirst();
    private final RateBook rates = new RateBook();
    private long now = 1_000;
    private final Router router = new RouterBuilder(pools)
            .knowledge(RouterBuilder.knowledge(new TokenLearner(), rates))
            .ticker(() -> now)
            .build();

    private Placement place(int number, boolean stream) {
        Work work = new Work.Prompted(MODEL, prompt(number, 10), null, 0, stream);
        return switch (RouterBuilder.route(router, request("r" + number, work))) {
            case Routing.Placed(Placement placement) -> placement;
            case Routing.Waiting waiting -> throw new AssertionError(waiting);
            case Routing.Refused refused -> throw new AssertionError(refused);
        };
    }

    private void firstToken(Placement placement, long afterMillis) {
        now += afterMillis * MILLI;
        placement.firstToken(now);
    }

    private void end(Placement placement, long afterMillis) {
        now += afterMillis * MILLI;
        placement.used(new TokenUsage(700, 100, 0));
        placement.end(true, now);
    }

    private long observed() {
        RateLearner learner = rates.learners().iterator().next();
        return learner.learned() + learner.rejected();
    }

    @Test
    void aStreamedAnswerTeachesItsFirstTokenAndItsSteps() {
        double prefill = rates.of(H100).prefillMillis(700, 0);
        double step = rates.of(H100).stepMillis(1, 750);
        Placement placement = place(1, true);
        firstToken(placement, 30);
        end(placement, 99 * 18);
        assertThat(observed()).isEqualTo(2);
        assertThat(rates.of(H100).prefillMillis(700, 0)).isBetween(prefill + 4, 30.0);
        assertThat(rates.of(H100).stepMillis(1, 750)).isBetween(step + 4, 18.0);
    }

    @Test
    void aRequestThatMetAQueuedPrefillTeachesItsStepsOnly() {
        Placement before = place(1, true);
        Placement placement = place(2, true);
        before.end(false, now);
        firstToken(placement, 20);
        end(placement, 900);
        assertThat(observed()).isEqualTo(1);
    }

    @Test
    void requestThatAnotherJoinedTeachesItsStepsOnlyWhereTheRatesAreKnown() {
        Placement placement = place(1, true);
        now += MILLI;
        place(2, true);
        firstToken(placement, 20);
        end(placement, 900);
        assertThat(observed()).isEqualTo(1);
    }

    @Test
    void streamWithoutUsageTeachesByItsEvents() {
        double step = rates.of(H100).stepMillis(1, 750);
        Placement placement = place(1, true);
        firstToken(placement, 30);
        placement.streamed(101, 400);
        now += 99 * 18 * MILLI;
        placement.end(true, now);
        assertThat(observed()).isEqualTo(2);
        assertThat(rates.of(H100).stepMillis(1, 750)).isBetween(step + 4, 18.0);
    }

    @Test
    void aQueueInTheEngineIsOneToo() {
        endpoint.report(signals(2, 3, 0.1));
        Placement placement = place(1, true);
        firstToken(placement, 20);
        end(placement, 900);
        assertThat(observed()).isEqualTo(0);
    }

    @Test
    void anAnswerThatIsNotStreamedTeachesAsAWhole() {
        Placement placement = place(1, false);
        end(placement, 1_000);
        assertThat(observed()).isEqualTo(1);
    }

    @Test
    void anAnswerThatWasNotCountedOrWithoutSuccessTeachesNothing() {
        Placement silent = place(1, true);
        firstToken(silent, 20);
        silent.end(true, now + 900 * MILLI);
        Placement failed = place(2, true);
        firstToken(failed, 20);
        failed.used(new TokenUsage(700, 100, 0));
        failed.end(false, now + 900 * MILLI);
        assertThat(observed()).isZero();
    }

    @Test
    void theLedgerIsEvenWhateverHappened() {
        Pools two = pools(PolicyKind.ROUND_ROBIN, many(2, H100));
        Endpoint other = two.all().get(POOL).endpoints().get(1);
        for (boolean stream : List.of(true, false)) {
            for (boolean started : List.of(true, false)) {
                for (boolean moved : List.of(true, false)) {
                    for (boolean answered : List.of(true, false)) {
                        Placement placement = place(1, stream);
                        if (moved) {
                            placement.served(other, now);
                        }
                        if (started) {
                            firstToken(placement, 5);
                        }
                        placement.end(answered, now);
                    }
                }
            }
        }
        for (Endpoint each : List.of(endpoint, other)) {
            BatchIntegrals.Entry entry = each.integrals().placed(now, BatchIntegrals.Prefill.of(0, 0));
            assertThat(entry.prefilling()).isEqualTo(1);
            assertThat(entry.decoding()).isZero();
            assertThat(entry.contextTokens()).isZero();
        }
    }

    @Test
    void aRequestThatTheProxySentElsewhereTeachesItsStepsOnly() {
        Pools two = pools(PolicyKind.ROUND_ROBIN, many(2, H100));
        Placement placement = place(1, true);
        now += 200 * MILLI;
        placement.served(two.all().get(POOL).endpoints().get(1), now);
        firstToken(placement, 5);
        end(placement, 900);
        assertThat(observed()).isEqualTo(1);
    }
}
