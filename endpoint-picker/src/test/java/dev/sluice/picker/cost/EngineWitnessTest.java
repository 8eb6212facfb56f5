package dev.sluice.picker.cost;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PromptTally;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.EngineTotals.Counting;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// An engine that counts, and a picker whose requests say little.
class EngineWitnessTest {
    private static final long BYTES = 2_500;
    private static final double TOKENS = 1_000;
    private static final int BATCH = 10;
    private static final int CONTEXT = 8_600;

    private final Endpoint endpoint =
            pool(PolicyKind.COST, many(1, H100)).endpoints().getFirst();
    private final TokenLearner tokens = new TokenLearner();
    private final RateBook rates = new RateBook();
    private final EngineWitness witness = new EngineWitness(endpoint, tokens, rates);
    private Counting counting = Counting.AT_FIRST_TOKEN;
    private long now = -1_000_000_000_000L;
    private int foreign;
    private int running;
    /// Totals of the engine.
    private double prompts;
    private double promptTokens;
    private double generated;
    private double seconds;
    private double steps;

    private void page() {
        now += 50_000_000;
        endpoint.report(new Signals(
                0, running, new KvCache(CONTEXT / 430_000.0, 430_000), Adapters.NONE, running - foreign, now));
        EngineTotals totals = new EngineTotals(prompts, promptTokens, generated, seconds, steps, counting);
        endpoint.report(totals);
        witness.counted(totals);
    }

    private void computes() {
        prompts++;
        promptTokens += TOKENS;
    }

    private PromptTally.TalliedPrompt firstToken(ModelName model) {
        return endpoint.prompts().firstToken(model, BYTES);
    }

    private void requests(int count, TokenUsage usage) {
        for (int i = 0; i < count; i++) {
            computes();
            PromptTally.TalliedPrompt prompt = firstToken(MODEL);
            page();
            prompt.ended(usage);
        }
        page();
    }

    private double bytesPerToken() {
        return tokens.of(MODEL).bytesPerToken();
    }

    private void assertNothingIsLearned() {
        assertThat(bytesPerToken()).isEqualTo(TokenModel.initial().bytesPerToken());
    }

    @Test
    void promptsWithoutUsageTeachBytesPerToken() {
        page();
        requests(50, null);
        assertThat(bytesPerToken()).isCloseTo(2.5, Percentage.withPercentage(15));
        assertThat(tokens.of(MODEL).outputTokens())
                .isEqualTo(TokenModel.initial().outputTokens());
    }

    @Test
    void promptsThatAreCountedAtTheEndTeachTheSame() {
        counting = Counting.AT_END;
        page();
        List<PromptTally.TalliedPrompt> open = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            open.add(firstToken(MODEL));
            if (open.size() > 5) {
                computes();
                open.removeFirst().ended(null);
            }
            page();
        }
        assertThat(bytesPerToken()).isCloseTo(2.5, Percentage.withPercentage(15));
    }

    @Test
    void fewPromptsTeachNothing() {
        page();
        requests(15, null);
        assertNothingIsLearned();
    }

    @Test
    void promptsWithUsageTeachNothingMore() {
        page();
        requests(50, new TokenUsage((long) TOKENS, 100, 0));
        assertNothingIsLearned();
    }

    @Test
    void usageThatComesAfterItsSpanCounts() {
        page();
        List<PromptTally.TalliedPrompt> open = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            computes();
            open.add(firstToken(MODEL));
            page();
        }
        assertNothingIsLearned();
        open.forEach(prompt -> prompt.ended(new TokenUsage((long) TOKENS, 100, 0)));
        page();
        assertNothingIsLearned();
    }

    @Test
    void promptsWithUsageAreTakenOutOfTheSpan() {
        page();
        for (int i = 0; i < 300; i++) {
            boolean usage = i % 3 == 0;
            computes();
            if (usage) {
                promptTokens += 9 * TOKENS;
            }
            PromptTally.TalliedPrompt prompt = firstToken(MODEL);
            page();
            prompt.ended(usage ? new TokenUsage((long) (10 * TOKENS), 100, 0) : null);
        }
        page();
        assertThat(bytesPerToken()).isCloseTo(2.5, within(0.01));
    }

    @Test
    void promptsOfSeveralModelsTeachNothing() {
        page();
        for (int i = 0; i < 50; i++) {
            computes();
            PromptTally.TalliedPrompt prompt = firstToken(i % 2 == 0 ? MODEL : new ModelName("other"));
            page();
            prompt.ended(null);
        }
        assertNothingIsLearned();
    }

    @Test
    void foreignPromptsTeachNothing() {
        page();
        for (int i = 0; i < 300; i++) {
            computes();
            if (i % 3 == 0) {
                // Shorter than a page's interval.
                prompts++;
                promptTokens += 10 * TOKENS;
            }
            PromptTally.TalliedPrompt prompt = firstToken(MODEL);
            page();
            prompt.ended(null);
        }
        assertNothingIsLearned();
    }

    @Test
    void foreignRequestsThatRunTeachNothing() {
        foreign = 1;
        running = 1;
        page();
        requests(50, null);
        assertNothingIsLearned();
        foreign = 0;
        running = 0;
        requests(50, null);
        assertThat(bytesPerToken()).isCloseTo(2.5, Percentage.withPercentage(15));
    }

    @Test
    void aRestartBeginsAnew() {
        page();
        requests(15, null);
        prompts = 0;
        promptTokens = 0;
        requests(15, null);
        assertNothingIsLearned();
        requests(50, null);
        assertThat(bytesPerToken()).isCloseTo(2.5, Percentage.withPercentage(15));
    }

    @Test
    void absurdTotalsTeachNothing() {
        for (double absurd : new double[] {Double.NaN, -1, 1e300}) {
            page();
            double before = promptTokens;
            promptTokens = absurd;
            page();
            requests(20, null);
            promptTokens = before;
        }
        assertNothingIsLearned();
    }

    /// One page of steps of so many times the published length.
    private void decode(double factor) {
        double step = rates.learners().isEmpty()
                ? rates.of(H100).stepMillis(BATCH, CONTEXT)
                : rates.learners().iterator().next().prior().stepMillis(BATCH, CONTEXT);
        steps += 5 * BATCH;
        generated += 5 * BATCH;
        seconds += 5 * BATCH * step * factor / 1e3;
        page();
    }

    private double step() {
        return rates.of(H100).stepMillis(BATCH, CONTEXT);
    }

    private void decode(int pages, double factor) {
        for (int i = 0; i < pages; i++) {
            decode(factor);
        }
    }

    @Test
    void stepsAreLearnedFromTotalsAlone() {
        double published = step();
        foreign = BATCH;
        running = BATCH;
        page();
        decode(1_200, 1.4);
        assertThat(step()).isCloseTo(1.4 * published, Percentage.withPercentage(5));
    }

    @Test
    void tokensOfOneSpeculatedStepCountEach() {
        double published = step();
        running = BATCH;
        page();
        for (int i = 0; i < 1_200; i++) {
            generated += 2 * 5 * BATCH;
            decode(3);
        }
        assertThat(step()).isCloseTo(published, Percentage.withPercentage(5));
    }

    @Test
    void stepsInWhichPromptsWereComputedTeachNothing() {
        double published = step();
        running = BATCH;
        page();
        for (int i = 0; i < 600; i++) {
            decode(3);
            computes();
            decode(3);
        }
        assertThat(step()).isEqualTo(published);
    }

    @Test
    void nothingIsTakenFromTotalsWhileOwnAnswersTeach() {
        double published = step();
        running = BATCH;
        page();
        for (int second = 0; second < 90; second++) {
            if (second < 30) {
                rates.observe(H100, new Observation.Decode(100 * published, 100, BATCH, CONTEXT, 0, 0));
            }
            decode(20, 1.4);
            if (second < 80) {
                assertThat(step()).isCloseTo(published, Percentage.withPercentage(1));
            }
        }
    }

    @Test
    void ownAnswersOfLongAgoLeaveRoom() {
        double published = step();
        running = BATCH;
        page();
        rates.observe(H100, new Observation.Decode(100 * published, 100, BATCH, CONTEXT, 0, 0));
        decode(20 * 150, 1.4);
        assertThat(step()).isCloseTo(1.4 * published, Percentage.withPercentage(5));
    }

    @Test
    void stepsThatCannotBeTeachNothing() {
        double published = step();
        running = BATCH;
        page();
        decode(200, 1e-5);
        decode(200, 1e5);
        assertThat(step()).isEqualTo(published);
    }
}
