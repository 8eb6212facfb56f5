package dev.sluice.picker.prefix;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.pool;
import static dev.sluice.picker.Fixtures.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.model.PolicyKind;
import dev.sluice.picker.model.PromptPrefix;
import dev.sluice.picker.pool.Adapters;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Signals;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrefixIndexTest {
    private static final long SEED = 42;
    private final List<Endpoint> endpoints =
            pool(PolicyKind.COST, many(20, H100)).endpoints();
    private final Endpoint first = endpoints.get(0);
    private final Endpoint second = endpoints.get(1);
    private final PrefixIndex index = new PrefixIndex(1 << 16);

    private int held(PromptPrefix prompt, Endpoint endpoint) {
        return index.match(prompt, SEED, List.of(endpoint)).blocks(0);
    }

    @Test
    void holdsNothingAtFirst() {
        assertThat(held(prompt(1, 10), first)).isZero();
        assertThat(held(PromptPrefix.EMPTY, first)).isZero();
        assertThat(PrefixHits.none().blocks(17)).isZero();
    }

    @Test
    void findsWhatAnEndpointHolds() {
        index.insert(prompt(1, 10), SEED, second);
        PrefixHits hits = index.match(prompt(1, 12), SEED, endpoints);
        assertThat(hits.blocks(1)).isEqualTo(10);
        assertThat(hits.bytes(1)).isEqualTo(2_560);
        for (int i = 0; i < endpoints.size(); i++) {
            assertThat(hits.blocks(i)).isEqualTo(i == 1 ? 10 : 0);
        }
    }

    @Test
    void matchesTheSharedHeadOfAnotherPrompt() {
        long[] chain = {1, 2, 3, 4};
        long[] branch = {1, 2, 7, 8};
        index.insert(new PromptPrefix(chain, 1_024, 1), SEED, first);
        assertThat(held(new PromptPrefix(branch, 1_024, 1), first)).isEqualTo(2);
    }

    @Test
    void keepsModelsAdaptersAndSaltsApart() {
        index.insert(prompt(1, 10), SEED, first);
        assertThat(index.match(prompt(1, 10), SEED + 1, List.of(first)).blocks(0))
                .isZero();
    }

    @Test
    void takesBackWhatAnEndpointNeverSaw() {
        index.insert(prompt(1, 10), SEED, first);
        index.insert(prompt(1, 10), SEED, second);
        index.remove(prompt(1, 10), SEED, first, 4);
        assertThat(held(prompt(1, 10), first)).isEqualTo(4);
        assertThat(held(prompt(1, 10), second)).isEqualTo(10);
    }

    @Test
    void forgetsOneEndpointWhole() {
        index.insert(prompt(1, 10), SEED, first);
        index.insert(prompt(1, 10), SEED, second);
        index.forget(first);
        assertThat(held(prompt(1, 10), first)).isZero();
        assertThat(held(prompt(1, 10), second)).isEqualTo(10);
        assertThat(index.size()).isEqualTo(10);
    }

    @Test
    void forgetsWhatTheEnginesCapacityPushedOut() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        index.insert(prompt(1, 100), SEED, first);
        for (int i = 2; i <= 32; i++) {
            index.insert(prompt(i, 200), SEED, first);
        }
        assertThat(held(prompt(1, 100), first)).isEqualTo(100);
        index.insert(prompt(99, 400), SEED, first);
        assertThat(held(prompt(1, 100), first)).isZero();
        assertThat(held(prompt(99, 400), first)).isEqualTo(400);
    }

    @Test
    void useKeepsAPrefixAlive() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        for (int i = 2; i <= 80; i++) {
            index.insert(prompt(1, 100), SEED, first);
            index.insert(prompt(i, 200), SEED, first);
        }
        assertThat(held(prompt(1, 100), first)).isEqualTo(100);
        assertThat(held(prompt(2, 200), first)).isZero();
    }

    @Test
    void generatedTokensPushOutPrefixesToo() {
        reportCapacity(first, 6_400 * PrefixIndex.BLOCK_TOKENS);
        index.insert(prompt(1, 100), SEED, first);
        index.advance(first, 3_000 * PrefixIndex.BLOCK_TOKENS);
        assertThat(held(prompt(1, 100), first)).isEqualTo(100);
        index.advance(first, 4_000 * PrefixIndex.BLOCK_TOKENS);
        assertThat(held(prompt(1, 100), first)).isZero();
    }

    @Test
    void aFullTableForgetsTheOldestAndKeepsItsSize() {
        PrefixIndex small = new PrefixIndex(1 << 12);
        for (int i = 0; i < 200; i++) {
            small.insert(prompt(i, 100), SEED, endpoints.get(i % endpoints.size()));
        }
        assertThat(small.size()).isBetween(4_000L, 4_096L);
        PrefixHits latest = small.match(prompt(199, 100), SEED, endpoints);
        assertThat(latest.blocks(199 % endpoints.size())).isGreaterThan(50);
        assertThat(small.match(prompt(0, 100), SEED, endpoints).blocks(0)).isLessThan(10);
    }

    @Test
    void prefixesOfManyEndpointsDoNotMixUp() {
        for (int i = 0; i < endpoints.size(); i++) {
            index.insert(prompt(7, i * 5), SEED, endpoints.get(i));
        }
        PrefixHits hits = index.match(prompt(7, 200), SEED, endpoints);
        for (int i = 0; i < endpoints.size(); i++) {
            assertThat(hits.blocks(i)).isEqualTo(i * 5);
        }
    }

    @Test
    void aPromptThatNobodyHoldsIsHardlyEverFound() {
        for (int i = 0; i < 500; i++) {
            index.insert(prompt(i, 100), SEED, endpoints.get(i % endpoints.size()));
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
                    index.insert(prompt(prompt, 40), SEED, endpoints.get(prompt % 20));
                    index.match(prompt(prompt, 40), SEED, endpoints);
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
            PrefixHits hits = index.match(prompt(prompt, 60), SEED, endpoints);
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
        endpoint.report(new Signals(0, 0, 0, tokens, Adapters.NONE, 0, 0));
    }
}
