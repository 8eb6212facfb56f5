package dev.sluice.picker.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.PromptPrefix;
import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Signals;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What engines report of their caches corrects the approximate index.
class PrefixObservationTest {
    private static final long SEED = 1;
    private static final int PROMPTS = 400;
    private static final int BLOCKS = 24;

    private final Endpoint endpoint =
            Fixtures.pool(PolicyKind.COST, Fixtures.H100).endpoint(0);
    private final PrefixIndex index = new PrefixIndex(1 << 18);

    @BeforeEach
    void reportsALargeCache() {
        endpoint.report(new Signals(0, 0, 0, (long) PROMPTS * BLOCKS * 64, Adapters.NONE, 0, 0));
    }

    /// A cache that keeps the prompts used last.
    private static final class Cache extends LinkedHashMap<Integer, Boolean> {
        private int prompts;

        Cache(int prompts) {
            super(16, 0.75f, true);
            this.prompts = prompts;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > prompts;
        }
    }

    /// One request: what was thought to be there less what was, in blocks.
    private int request(int prompt, Cache cache, boolean observing) {
        PromptPrefix prefix = Fixtures.prompt(prompt, BLOCKS);
        int expected = index.match(prefix, SEED, endpoint);
        int age = expected == 0 ? 0 : index.age(prefix, SEED, endpoint, expected - 1);
        int found = cache.get(prompt) == null ? 0 : BLOCKS;
        index.insert(prefix, SEED, endpoint, expected);
        cache.put(prompt, true);
        if (observing) {
            index.observe(endpoint, expected, age, found);
        }
        return expected - found;
    }

    private int errors(Cache cache, int requests, boolean observing) {
        SplittableRandom random = new SplittableRandom(7);
        int errors = 0;
        for (int i = 0; i < requests; i++) {
            errors += Math.abs(request(random.nextInt(PROMPTS), cache, observing));
        }
        return errors;
    }

    @Test
    void aCacheSmallerThanItSaysIsLearned() {
        int blind = errors(new Cache(PROMPTS / 4), 8_000, false);
        index.forget(endpoint);
        int observed = errors(new Cache(PROMPTS / 4), 8_000, true);
        assertThat(observed).isLessThan(blind / 4);
    }

    @Test
    void anEngineThatCachesNothingIsNotBelieved() {
        Cache none = new Cache(0);
        errors(none, 2_000, true);
        int late = errors(none, 500, true);
        assertThat(late).isLessThan(500 * BLOCKS / 20);
    }

    @Test
    void oneLossOfTheCacheIsNotTakenForASmallCacheForLong() {
        Cache cache = new Cache(PROMPTS);
        errors(cache, 4_000, true);
        cache.clear();
        errors(cache, 4_000, true);
        assertThat(errors(cache, 1_000, true)).isLessThan(1_000 * BLOCKS / 20);
    }

    @Test
    void whatAgreesChangesNothing() {
        Cache cache = new Cache(PROMPTS);
        errors(cache, 2_000, true);
        assertThat(errors(cache, 2_000, true)).isZero();
    }
}
