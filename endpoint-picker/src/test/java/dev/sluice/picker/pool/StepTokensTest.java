package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.LoadConstants.STEP_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepTokensTest {
    private final StepTokens steps = new StepTokens();

    private void computed(int prompts, double uncached) {
        for (int i = 0; i < prompts; i++) {
            steps.computed(uncached);
        }
    }

    @Test
    void areUsualUntilSomethingWasSeen() {
        assertThat(steps.tokens()).isEqualTo(STEP_TOKENS);
        computed(100, 100_000);
        steps.largest(Double.NaN);
        computed(100, 100_000);
        assertThat(steps.tokens()).isEqualTo(STEP_TOKENS);
    }

    @Test
    void smallStepsAreNoLimitWherePromptsAreShort() {
        steps.largest(512);
        computed(100, 700);
        assertThat(steps.tokens()).isEqualTo(STEP_TOKENS);
    }

    @Test
    void longPromptsInSmallStepsShowTheLimit() {
        steps.largest(2_048);
        computed(7, 6_000);
        assertThat(steps.tokens()).isEqualTo(STEP_TOKENS);
        computed(1, 6_000);
        assertThat(steps.tokens()).isEqualTo(2_048);
    }

    @Test
    void aLargerStepRefutesTheLimit() {
        steps.largest(2_048);
        computed(8, 6_000);
        steps.largest(4_096);
        assertThat(steps.tokens()).isEqualTo(STEP_TOKENS);
        computed(8, 6_000);
        assertThat(steps.tokens()).isEqualTo(STEP_TOKENS);
        computed(8, 7_000);
        assertThat(steps.tokens()).isEqualTo(4_096);
    }

    @Test
    void aStepBeyondTheUsualLimitShowsAHigherOne() {
        steps.largest(16_384);
        assertThat(steps.tokens()).isEqualTo(16_384);
        steps.largest(1e9);
        assertThat(steps.tokens()).isEqualTo(32_768);
        steps.largest(512);
        assertThat(steps.tokens())
                .as("the engine has restarted, with a histogram that begins anew")
                .isEqualTo(STEP_TOKENS);
    }
}
