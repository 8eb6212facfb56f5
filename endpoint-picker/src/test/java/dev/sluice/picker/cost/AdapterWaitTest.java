package dev.sluice.picker.cost;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.constants.PriceConstants.ADAPTER_LOAD_STEPS;
import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// The wait for an adapter is learned from first tokens, and teaches nothing else.
class AdapterWaitTest {
    private final RateBook book = new RateBook();
    private final Rates prior = book.of(H100);

    private void observe(double waitMillis, int times) {
        double prompt = prior.prefillMillis(1_000, 0) + HOST_STEP_MILLIS;
        for (int i = 0; i < times; i++) {
            book.observeAdapter(H100, first(prompt + waitMillis));
        }
    }

    private static Observation.FirstToken first(double millis) {
        return new Observation.FirstToken(millis, 1_000, 0, 0, 0, 0);
    }

    @Test
    void beginsWithTheConstant() {
        assertThat(prior.adapterMillis())
                .isEqualTo(ADAPTER_LOAD_STEPS * prior.step().d0());
    }

    @Test
    void comesToTheMeanOfWhatIsObserved() {
        observe(400, 60);
        assertThat(book.of(H100).adapterMillis()).isCloseTo(400, within(20.0));
        observe(0, 60);
        assertThat(book.of(H100).adapterMillis()).isLessThan(20);
    }

    @Test
    void anAnswerSoonerThanPredictedIsNoNegativeWait() {
        observe(-1e6, 100);
        assertThat(book.of(H100).adapterMillis()).isBetween(0.0, 1.0);
    }

    @Test
    void nothingElseIsLearned() {
        observe(5_000, 10);
        assertThat(book.of(H100).prefill()).isEqualTo(prior.prefill());
        assertThat(book.of(H100).step()).isEqualTo(prior.step());
    }

    @Test
    void engineThatIsHeldBackLoadsAsMuchSlower() {
        assertThat(prior.slowed(2).adapterMillis()).isEqualTo(2 * prior.adapterMillis());
    }
}
