package dev.sluice.picker.cost;

import static dev.sluice.picker.Fixtures.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.TokenUsage;
import org.junit.jupiter.api.Test;

class TokenLearnerTest {
    private final TokenLearner learner = new TokenLearner();

    private void observe(int times, long bytes, long prompt, long completion) {
        for (int i = 0; i < times; i++) {
            learner.observe(MODEL, bytes, new TokenUsage(prompt, completion, TokenUsage.UNKNOWN));
        }
    }

    @Test
    void startsWithFourBytesPerToken() {
        assertThat(learner.of(MODEL)).isEqualTo(TokenModel.initial());
        assertThat(learner.of(MODEL).promptTokens(4_000)).isEqualTo(1_000);
    }

    @Test
    void followsWhatTheEngineReports() {
        observe(200, 3_000, 1_000, 80);
        assertThat(learner.of(MODEL).bytesPerToken()).isCloseTo(3, within(.01));
        assertThat(learner.of(MODEL).outputTokens()).isCloseTo(80, within(.1));
        assertThat(learner.of(new ModelName("other"))).isEqualTo(TokenModel.initial());
    }

    @Test
    void oneReportMovesLittle() {
        observe(1, 3_000, 1_000, 80);
        assertThat(learner.of(MODEL).bytesPerToken()).isBetween(3.9, 4.0);
    }

    @Test
    void absurdReportsAreBounded() {
        observe(500, 1_000_000, 1, Long.MAX_VALUE);
        assertThat(learner.of(MODEL).bytesPerToken()).isLessThanOrEqualTo(16);
        assertThat(learner.of(MODEL).outputTokens()).isLessThan(1e6);
        observe(500, 1, 1_000_000, 0);
        assertThat(learner.of(MODEL).bytesPerToken()).isCloseTo(1, within(.01));
        assertThat(learner.of(MODEL).outputTokens()).isCloseTo(0, within(.1));
    }

    @Test
    void whatTheEngineDidNotSayTeachesNothing() {
        observe(100, 4_000, TokenUsage.UNKNOWN, 10);
        observe(100, 4_000, 0, 10);
        observe(100, 0, 10, 10);
        assertThat(learner.of(MODEL)).isEqualTo(TokenModel.initial());
        observe(100, 3_000, 1_000, TokenUsage.UNKNOWN);
        assertThat(learner.of(MODEL).outputTokens())
                .isEqualTo(TokenModel.initial().outputTokens());
        assertThat(learner.of(MODEL).bytesPerToken()).isCloseTo(3, within(.01));
    }

    @Test
    void theClientsLimitBoundsTheExpectedAnswer() {
        TokenModel model = new TokenModel(4, 200);
        assertThat(model.outputTokens(0)).isEqualTo(200);
        assertThat(model.outputTokens(16)).isEqualTo(16);
        assertThat(model.outputTokens(4_096)).isEqualTo(200);
    }

    @Test
    void namesThatClientsInventDoNotFillTheMemory() {
        for (int i = 0; i < 1_500; i++) {
            learner.observe(new ModelName("invented-" + i), 3_000, new TokenUsage(1_000, 1, 0));
        }
        assertThat(learner.of(new ModelName("invented-999"))).isNotEqualTo(TokenModel.initial());
        assertThat(learner.of(new ModelName("invented-1499"))).isEqualTo(TokenModel.initial());
        observe(1, 3_000, 1_000, 1);
        assertThat(learner.of(MODEL)).isEqualTo(TokenModel.initial());
    }
}
