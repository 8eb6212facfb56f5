package dev.sluice.picker.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.prompt.PromptPrefix;
import org.junit.jupiter.api.Test;

/// What engines report of their caches corrects the approximate index.
class PrefixObservationTest {
    private static final long SEED = 1;
    private static final int BLOCKS = 24;
    private static final PromptPrefix PROMPT = Fixtures.prompt(1, BLOCKS);

    private final Endpoint endpoint =
            Fixtures.pool(PolicyKind.COST, Fixtures.H100).endpoint(0);
    private final PrefixIndex index = new PrefixIndex(1 << 18);

    private int request(int found) {
        int expected = index.match(PROMPT, SEED, endpoint);
        index.insert(PROMPT, SEED, endpoint, expected);
        index.observe(endpoint, expected, found);
        return index.match(PROMPT, SEED, endpoint);
    }

    @Test
    void anEngineThatCachesNothingIsNotThoughtToHoldAnything() {
        int held = BLOCKS;
        for (int i = 0; i < 40; i++) {
            held = request(0);
        }
        assertThat(held).isZero();
    }

    @Test
    void itIsBelievedAgainWhenItFindsSomething() {
        for (int i = 0; i < 40; i++) {
            request(0);
        }
        assertThat(request(BLOCKS)).isEqualTo(BLOCKS);
    }

    @Test
    void someEvictionsBeforeTheirTimeChangeNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(request(i % 10 == 0 ? BLOCKS : 0)).isEqualTo(BLOCKS);
        }
    }

    @Test
    void aPromptThatIsNewSaysNothing() {
        for (int i = 0; i < 100; i++) {
            PromptPrefix fresh = Fixtures.prompt(100 + i, BLOCKS);
            index.insert(fresh, SEED, endpoint, 0);
            index.observe(endpoint, 0, 0);
            assertThat(index.match(fresh, SEED, endpoint)).isEqualTo(BLOCKS);
        }
    }
}
