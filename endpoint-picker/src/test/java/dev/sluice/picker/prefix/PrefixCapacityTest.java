package dev.sluice.picker.prefix;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.PromptPrefix;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The index at the size of a large fleet: ten million pairs of a block and an endpoint.
class PrefixCapacityTest {
    private static final int PAIRS = 10_000_000;
    private static final int ENDPOINTS = 1_000;
    private static final int BLOCKS = 40;
    /// The first blocks of every prompt are one of a few system prompts, which many endpoints come to hold.
    private static final int SHARED_BLOCKS = 10;

    private static final int SYSTEM_PROMPTS = 20;

    private static PromptPrefix prompt(int number) {
        long[] chain = new long[BLOCKS];
        SplittableRandom shared = new SplittableRandom(number % SYSTEM_PROMPTS);
        SplittableRandom own = new SplittableRandom(SYSTEM_PROMPTS + number);
        for (int i = 0; i < BLOCKS; i++) {
            chain[i] = (i < SHARED_BLOCKS ? shared : own).nextLong();
        }
        return new PromptPrefix(chain, (long) BLOCKS * PromptPrefix.BLOCK_BYTES, chain[0]);
    }

    @Test
    void holdsTenMillionPairsInLessThanAGigabyteAndFindsThem() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PoolSnapshot pool = pool(PolicyKind.COST, many(ENDPOINTS, H100));
        for (Endpoint endpoint : pool.endpoints()) {
            endpoint.report(new Signals(0, 0, new KvCache(0, 2_000_000), Adapters.NONE, 0, 0));
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        PrefixIndex index = new PrefixIndex(2 * PAIRS);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(300_000_000);

        int prompts = 0;
        for (int pairs = 0; pairs < PAIRS; prompts++) {
            Endpoint endpoint = pool.endpoint(prompts % ENDPOINTS);
            PromptPrefix prompt = prompt(prompts);
            int known = index.match(prompt, 0, endpoint);
            index.insert(prompt, 0, endpoint, known);
            pairs += BLOCKS - known;
        }
        assertThat(index.size()).isGreaterThan(PAIRS * 99L / 100);

        long found = 0;
        int whole = 0;
        int invented = 0;
        int asked = 0;
        for (int number = 0; number < prompts; number += 7) {
            int held = index.match(prompt(number), 0, pool.endpoint(number % ENDPOINTS));
            int elsewhere = index.match(prompt(number), 0, pool.endpoint((number + 1) % ENDPOINTS));
            found += held;
            whole += held == BLOCKS ? 1 : 0;
            invented += elsewhere > SHARED_BLOCKS ? 1 : 0;
            asked++;
        }
        assertThat((double) found / ((long) asked * BLOCKS)).isGreaterThan(.99);
        assertThat((double) whole / asked).isGreaterThan(.98);
        assertThat(invented).isLessThanOrEqualTo(asked / 10_000);
    }
}
