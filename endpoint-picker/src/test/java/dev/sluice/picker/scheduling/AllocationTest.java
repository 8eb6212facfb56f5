package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.signals;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenModel;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.request.InferenceRequest;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How many bytes a decision allocates, from the lookup of its prefix to the pick.
class AllocationTest {
    private static final int DECISIONS = 2_000;
    /// Until the JIT compiler has seen that what does not leave a method need not be on the heap.
    private static final int ROUNDS = 300;

    /// The decision that the journal keeps takes most of it: eight candidates with nine parts of a price each.
    private static final long LIMIT_BYTES = 704;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Scheduler scheduler = new Scheduler();
    private final PrefixIndex prefixes = new PrefixIndex(1 << 16);
    private final PrefixHits hits = new PrefixHits();
    private final RateBook rates = new RateBook();

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1_000})
    void aDecisionAllocatesItsExplanationAndHardlyMore(int endpoints) {
        PoolSnapshot pool = pool(PolicyKind.COST, many(endpoints, H100));
        PromptPrefix prompt = prompt(1, 31);
        for (Endpoint endpoint : pool.endpoints()) {
            endpoint.report(signals(endpoint.ordinal() % 3, endpoint.ordinal() % 60, .5));
            if (endpoint.ordinal() % 10 == 0) {
                prefixes.insert(prompt, 0, endpoint, 0);
            }
        }
        InferenceRequest request = request("id", work(prompt));
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > LIMIT_BYTES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            decide(request, prompt, pool);
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / DECISIONS);
        }
        assertThat(least).isBetween(1L, LIMIT_BYTES);
    }

    private void decide(InferenceRequest request, PromptPrefix prompt, PoolSnapshot pool) {
        for (int i = 0; i < DECISIONS; i++) {
            prefixes.match(prompt, 0, pool, hits);
            PricedRequest priced = SchedulingInputs.priced(request, Target.asIs(MODEL), TokenModel.initial());
            scheduler.schedule(new SchedulingInput(priced, new PoolView(pool, hits, rates, null), i, i, i));
        }
    }
}
