package dev.sluice.picker.prefix;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prompt.PromptPrefix;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {
    private static final long SEED = 42;
    private final PoolSnapshot pool = pool(PolicyKind.COST, many(20, H100));
    private final List<Endpoint> endpoints = pool.endpoints();
    private final Endpoint first = endpoints.get(0);
    private final Endpoint second = endpoints.get(1);
    private final PrefixIndex index = new PrefixIndex(1 << 16);

    private int held(PromptPrefix prompt, Endpoint endpoint) {
        return index.match(prompt, SEED, endpoint);
    }

    private PrefixHits hits(PrefixIndex of, PromptPrefix prompt) {
        PrefixHits hits = new PrefixHits();
        of.match(prompt, SEED, pool, hits);
        return hits;
    }

    private static void insert(PrefixIndex into, PromptPrefix prompt, Endpoint endpoint) {
        into.insert(prompt, SEED, endpoint, into.match(prompt, SEED, endpoint));
    }

    @Test
    void holdsNothingAtFirst() {
        assertThat(held(prompt(1, 10), first)).isZero();
        assertThat(held(PromptPrefix.EMPTY, first)).isZero();
        assertThat(PrefixHits.none().blocks(17)).isZero();
    }

    @Test
    void findsWhatAnEndpointHolds() {
        insert(index, prompt(1, 10), second);
        PrefixHits hits = hits(index, prompt(1, 12));
        assertThat(hits.blocks(1)).isEqualTo(10);
        assertThat(hits.bytes(1)).isEqualTo(2_560);
        for (int i = 0; i < endpoints.size(); i++) {
            assertThat(hits.blocks(i)).isEqualTo(i == 1 ? 10 : 0);
        }
    }

    @Test
    void knowsALongPromptToWithinThreeBlocks() {
        for (int blocks = 120; blocks < 900; blocks += 7) {
            PrefixIndex fresh = new PrefixIndex(1 << 16);
            PromptPrefix whole = prompt(1, 900);
            insert(fresh, prompt(1, blocks), second);
            int known = blocks <= 256 ? blocks : blocks - blocks % 4;
            assertThat(fresh.match(whole, SEED, second)).isEqualTo(known);
            assertThat(hits(fresh, whole).blocks(1)).isEqualTo(known);

            insert(fresh, whole, second);
            assertThat(fresh.match(whole, SEED, second)).isEqualTo(900);
            fresh.remove(whole, SEED, second, known);
            assertThat(fresh.match(whole, SEED, second)).isEqualTo(known);
        }
    }

    @Test
    void matchesTheSharedHeadOfAnotherPrompt() {
        long[] chain = {1, 2, 3, 4};
        long[] branch = {1, 2, 7, 8};
        insert(index, new PromptPrefix(chain, 1_024, 1), first);
        assertThat(held(new PromptPrefix(branch, 1_024, 1), first)).isEqualTo(2);
    }

    @Test
    void keepsModelsAdaptersAndSaltsApart() {
        insert(index, prompt(1, 10), first);
        assertThat(index.match(prompt(1, 10), SEED + 1, first)).isZero();
    }

    @Test
    void takesBackWhatAnEndpointNeverSaw() {
        insert(index, prompt(1, 10), first);
        insert(index, prompt(1, 10), second);
        index.remove(prompt(1, 10), SEED, first, 4);
        assertThat(held(prompt(1, 10), first)).isEqualTo(4);
        assertThat(held(prompt(1, 10), second)).isEqualTo(10);
    }

    @Test
    void forgetsOneEndpointWhole() {
        insert(index, prompt(1, 10), first);
        insert(index, prompt(1, 10), second);
        index.forget(first);
        assertThat(held(prompt(1, 10), first)).isZero();
        assertThat(held(prompt(1, 10), second)).isEqualTo(10);
        assertThat(index.size()).isEqualTo(10);
    }

    @Test
    void forgetsWhatTheEnginesCapacityPushedOut() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        insert(index, prompt(1, 100), first);
        for (int i = 2; i <= 32; i++) {
            insert(index, prompt(i, 200), first);
        }
        assertThat(held(prompt(1, 100), first)).isEqualTo(100);
        insert(index, prompt(99, 400), first);
        assertThat(held(prompt(1, 100), first)).isZero();
        assertThat(held(prompt(99, 400), first)).isEqualTo(400);
    }

    @Test
    void forgetsAPromptsEndBeforeItsStart() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        insert(index, prompt(1, 320), first);
        for (int i = 2; i <= 32; i++) {
            insert(index, prompt(i, 200), first);
        }
        assertThat(held(prompt(1, 320), first)).as("120 blocks too many").isBetween(190, 210);
    }

    @Test
    void useKeepsAPrefixAlive() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        for (int i = 2; i <= 80; i++) {
            insert(index, prompt(1, 100), first);
            insert(index, prompt(i, 200), first);
        }
        assertThat(held(prompt(1, 100), first)).isEqualTo(100);
        assertThat(held(prompt(2, 200), first)).isZero();
    }

    @Test
    void generatedTokensPushOutPrefixesToo() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        insert(index, prompt(1, 100), first);
        index.advance(first, 3_000 * PrefixIndex.BLOCK_TOKENS);
        assertThat(held(prompt(1, 100), first)).isEqualTo(100);
        index.advance(first, 4_000 * PrefixIndex.BLOCK_TOKENS);
        assertThat(held(prompt(1, 100), first)).isZero();
    }

    @Test
    void aFullTableForgetsTheOldestAndKeepsItsSize() {
        PrefixIndex small = new PrefixIndex(1 << 12);
        for (int i = 0; i < 200; i++) {
            insert(small, prompt(i, 100), endpoints.get(i % endpoints.size()));
        }
        assertThat(small.size()).isBetween(4_000L, 4_096L);
        PrefixHits latest = hits(small, prompt(199, 100));
        assertThat(latest.blocks(199 % endpoints.size())).isGreaterThan(50);
        assertThat(hits(small, prompt(0, 100)).blocks(0)).isLessThan(10);
    }

    @Test
    void prefixesOfManyEndpointsDoNotMixUp() {
        for (int i = 0; i < endpoints.size(); i++) {
            insert(index, prompt(7, i * 5), endpoints.get(i));
        }
        PrefixHits hits = hits(index, prompt(7, 200));
        for (int i = 0; i < endpoints.size(); i++) {
            assertThat(hits.blocks(i)).isEqualTo(i * 5);
            assertThat(held(prompt(7, 200), endpoints.get(i))).isEqualTo(i * 5);
        }
    }

    @Test
    void aPromptThatNobodyHoldsIsHardlyEverFound() {
        for (int i = 0; i < 500; i++) {
            insert(index, prompt(i, 100), endpoints.get(i % endpoints.size()));
        }
        int found = 0;
        for (int i = 1_000; i < 11_000; i++) {
            found += held(prompt(i, 1), endpoints.get(i % endpoints.size()));
        }
        assertThat(found).isLessThan(5);
    }

    @Test
    void writersThatMeetLoseLittleAndInventNothing() throws InterruptedException {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            int writer = i;
            threads[i] = Thread.ofPlatform().start(() -> {
                SplittableRandom random = new SplittableRandom(writer);
                for (int n = 0; n < 400; n++) {
                    int prompt = random.nextInt(50);
                    insert(index, prompt(prompt, 40), endpoints.get(prompt % 20));
                    hits(index, prompt(prompt, 40));
                    if (n % 10 == 0) {
                        index.remove(prompt(prompt, 40), SEED, endpoints.get(prompt % 20), 30);
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long found = 0;
        for (int prompt = 0; prompt < 50; prompt++) {
            PrefixHits hits = hits(index, prompt(prompt, 60));
            for (int i = 0; i < endpoints.size(); i++) {
                assertThat(hits.blocks(i)).isLessThanOrEqualTo(i == prompt % 20 ? 40 : 0);
                found += hits.blocks(i);
            }
        }
        assertThat(found).isGreaterThan(50 * 25);
        assertThat(index.size()).isLessThanOrEqualTo(50 * 40);
    }

    @Test
    void refusesSizesThatMakeNoTable() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PrefixIndex(7));
        assertThatIllegalArgumentException().isThrownBy(() -> new PrefixIndex(Integer.MAX_VALUE));
    }

    private static void reportCapacity(Endpoint endpoint, long tokens) {
        endpoint.report(new Signals(0, 0, new KvCache(0, tokens), Adapters.NONE, 0, 0));
    }
}
