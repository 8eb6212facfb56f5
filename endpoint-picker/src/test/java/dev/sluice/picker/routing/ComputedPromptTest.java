package dev.sluice.picker.routing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pools;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.EngineWitness;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.PromptTally;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.EngineTotals;
import dev.sluice.picker.pool.signal.EngineTotals.Counting;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.routing.placement.Placement;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// Requests of ten blocks that one endpoint computes.
class ComputedPromptTest {
    private static final long MILLI = 1_000_000;
    private static final long BYTES = 10L * PromptPrefix.BLOCK_BYTES;

    private final Pools pools = pools(PolicyKind.ROUND_ROBIN, many(1, H100));
    private final Endpoint endpoint = pools.all().get(POOL).endpoints().getFirst();
    private final TokenLearner tokens = new TokenLearner();
    private final RateBook rates = new RateBook();
    private long now = 1_000;
    private final Router router = new RouterBuilder(pools)
            .knowledge(RouterBuilder.knowledge(tokens, rates))
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

    private PromptTally.Unreported cut() {
        return endpoint.prompts().cut().unreported();
    }

    @Test
    void promptCountsFromItsFirstTokenOn() {
        Placement placement = place(1, true);
        assertThat(endpoint.prompts().prompts()).isZero();
        placement.firstToken(now);
        assertThat(endpoint.prompts().prompts()).isEqualTo(1);
        PromptTally.Span span = endpoint.prompts().cut();
        assertThat(span.unreported()).isNull();
        placement.end(true, now + MILLI);
        assertThat(span.unreported()).isEqualTo(new PromptTally.Unreported(MODEL, 1, BYTES, 0, 0));
    }

    @Test
    void usageIsTakenOut() {
        Placement placement = place(1, true);
        placement.firstToken(now);
        placement.used(new TokenUsage(700, 100, 0));
        placement.end(true, now + MILLI);
        assertThat(cut()).isEqualTo(new PromptTally.Unreported(MODEL, 0, 0, 1, 700));
    }

    @Test
    void answerThatComesWholeCountsAtItsEnd() {
        Placement placement = place(1, false);
        placement.end(true, now + MILLI);
        assertThat(cut()).isEqualTo(new PromptTally.Unreported(MODEL, 1, BYTES, 0, 0));
    }

    @Test
    void promptThatWasNeverComputedDoesNotCount() {
        place(1, true).end(false, now + MILLI);
        assertThat(endpoint.prompts().prompts()).isZero();
    }

    @Test
    void streamsWithoutUsageTeachBytesPerToken() {
        EngineWitness witness = new EngineWitness(endpoint, tokens, rates);
        for (int i = 0; i <= 50; i++) {
            EngineTotals totals = new EngineTotals(i, i * (BYTES / 2.5), 0, 0, 0, Counting.AT_FIRST_TOKEN);
            endpoint.report(new Signals(0, 0, new KvCache(0, 0), Adapters.NONE, 0, now));
            witness.counted(totals);
            Placement placement = place(i, true);
            now += 20 * MILLI;
            placement.firstToken(now);
            placement.streamed(100, 400);
            now += 900 * MILLI;
            placement.end(true, now);
        }
        assertThat(tokens.of(MODEL).bytesPerToken()).isCloseTo(2.5, Percentage.withPercentage(15));
    }
}
