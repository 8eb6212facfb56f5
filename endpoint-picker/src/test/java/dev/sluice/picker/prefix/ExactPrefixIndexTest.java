package dev.sluice.picker.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prompt.PromptPrefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The index against sets of token lists, which are slow and plainly right.
class ExactPrefixIndexTest {
    private static final int ENDPOINTS = 70;
    private static final int BLOCK = 4;

    private final PoolSnapshot pool = Fixtures.pool(PolicyKind.COST, Fixtures.many(ENDPOINTS, Fixtures.H100));
    private final ExactPrefixIndex index = new ExactPrefixIndex(1 << 20);
    private final List<EngineBlocks> engines = new ArrayList<>();

    private void follow(int count) {
        for (int i = 0; i < count; i++) {
            engines.add(index.follow(pool.endpoint(i)));
            engines.getLast().publish(EngineBlocks.Coverage.COMPLETE);
        }
    }

    private PrefixHits match(int... tokens) {
        PrefixHits hits = new PrefixHits();
        new PrefixIndex(8).match(PromptPrefix.EMPTY, 0, pool, hits);
        index.match(tokens, TokenHash.root(null), 0, pool, hits);
        return hits;
    }

    /// Engines with their own names for blocks store and evict at random, in no order; prompts share beginnings.
    @Test
    void findsWhatSetsOfTokenListsFind() {
        follow(ENDPOINTS);
        SplittableRandom random = new SplittableRandom(5);
        List<Map<List<Integer>, Long>> truth = new ArrayList<>();
        engines.forEach(_ -> truth.add(new HashMap<>()));
        long nextName = 1;
        for (int step = 0; step < 30_000; step++) {
            int at = random.nextInt(ENDPOINTS);
            Map<List<Integer>, Long> held = truth.get(at);
            int[] prompt = prompt(random);
            if (random.nextInt(3) > 0) {
                for (int from = 0; from + BLOCK <= prompt.length; from += BLOCK) {
                    List<Integer> chain = list(prompt, from + BLOCK);
                    long parent = from == 0 ? 0 : held.get(list(prompt, from));
                    if (!held.containsKey(chain)) {
                        held.put(chain, nextName);
                        int[] tokens = Arrays.copyOfRange(prompt, from, from + BLOCK);
                        engines.get(at)
                                .store(new StoredBlocks(
                                        new long[] {nextName}, parent, tokens, BLOCK, null, new long[0]));
                        nextName++;
                    }
                }
            } else {
                int length = random.nextInt(1, prompt.length / BLOCK + 1) * BLOCK;
                // Only the last of a chain, for a parent that is gone could not be followed by its child again.
                if (held.keySet().stream()
                        .noneMatch(each -> each.size() > length && startsWith(each, prompt, length))) {
                    Long name = held.remove(list(prompt, length));
                    if (name != null) {
                        engines.get(at).remove(name);
                    }
                }
            }
            if (step % 50 == 0) {
                check(truth, prompt(random));
            }
        }
        assertThat(index.blocks()).isEqualTo(truth.stream().mapToLong(Map::size).sum());
        engines.forEach(EngineBlocks::clear);
        assertThat(index.blocks()).isZero();
        check(List.of(), prompt(random));
    }

    private void check(List<Map<List<Integer>, Long>> truth, int[] prompt) {
        PrefixHits hits = match(prompt);
        for (int at = 0; at < ENDPOINTS; at++) {
            int expected = 0;
            while (at < truth.size()
                    && expected + BLOCK < prompt.length
                    && truth.get(at).containsKey(list(prompt, expected + BLOCK))) {
                expected += BLOCK;
            }
            assertThat(hits.knownTokens(at)).isEqualTo(expected);
            assertThat(hits.isExact(at)).isTrue();
        }
    }

    private static int[] prompt(SplittableRandom random) {
        int[] prompt = new int[random.nextInt(1, 6) * BLOCK + random.nextInt(BLOCK)];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = i % BLOCK == 0 ? random.nextInt(2) : i;
        }
        return prompt;
    }

    private static List<Integer> list(int[] tokens, int length) {
        return Arrays.stream(tokens, 0, length).boxed().toList();
    }

    private static boolean startsWith(List<Integer> chain, int[] prompt, int length) {
        return chain.subList(0, length).equals(list(prompt, length));
    }

    @Test
    void aBlockWithoutItsParentIsNoPrefix() {
        follow(1);
        engines.getFirst().store(run(0, new long[] {1, 2, 3}));
        assertThat(match(ids(13)).knownTokens(0)).isEqualTo(12);
        engines.getFirst().remove(2);
        assertThat(match(ids(13)).knownTokens(0)).isEqualTo(4);
        engines.getFirst().store(new StoredBlocks(new long[] {2}, 1, new int[] {4, 5, 6, 7}, BLOCK, null, new long[0]));
        assertThat(match(ids(13)).knownTokens(0)).isEqualTo(12);
    }

    @Test
    void whatFollowsTheUnknownIsNotRecorded() {
        follow(1);
        assertThat(engines.getFirst().store(run(99, new long[] {1, 2}))).isZero();
        assertThat(index.blocks()).isZero();
    }

    @Test
    void aBlockStoredTwiceIsHeldUntilItIsRemovedTwice() {
        follow(1);
        engines.getFirst().store(run(0, new long[] {1}));
        engines.getFirst().store(run(0, new long[] {1}));
        engines.getFirst().remove(1);
        assertThat(match(ids(5)).knownTokens(0)).isEqualTo(4);
        engines.getFirst().remove(1);
        assertThat(match(ids(5)).knownTokens(0)).isZero();
    }

    @Test
    void theLastTokenIsAlwaysComputed() {
        follow(1);
        engines.getFirst().store(run(0, new long[] {1, 2}));
        assertThat(match(ids(8)).knownTokens(0)).isEqualTo(4);
        assertThat(match(ids(9)).knownTokens(0)).isEqualTo(8);
    }

    @Test
    void beyondTheLimitNothingIsRecorded() {
        ExactPrefixIndex small = new ExactPrefixIndex(2);
        EngineBlocks engine = small.follow(pool.endpoint(0));
        assertThat(engine.store(run(0, new long[] {1, 2, 3}))).isEqualTo(2);
        engine.remove(2);
        assertThat(engine.store(run(0, new long[] {1, 2, 3}))).isEqualTo(2);
        assertThat(small.blocks()).isEqualTo(2);
    }

    @Test
    void whoIsDoubtedOrGoneIsNotSpokenOf() {
        follow(2);
        engines.getFirst().store(run(0, new long[] {1}));
        engines.getFirst().publish(EngineBlocks.Coverage.PARTIAL);
        PrefixHits part = match(ids(5));
        assertThat(part.isExact(0)).isFalse();
        assertThat(part.knownTokens(0)).isEqualTo(4);
        assertThat(part.isExact(1)).isTrue();
        engines.getFirst().publish(EngineBlocks.Coverage.UNKNOWN);
        assertThat(match(ids(5)).knownTokens(0)).isZero();
        engines.getLast().leave();
        assertThat(match(ids(5)).isExact(1)).isFalse();
        assertThat(index.endpoints()).isZero();
    }

    /// A reader sees a prefix whole or cut, never more than was stored.
    @Test
    void readersBesideAWriterNeverSeeMoreThanIsThere() throws InterruptedException {
        follow(ENDPOINTS);
        AtomicBoolean stop = new AtomicBoolean();
        Set<Integer> wrong = new HashSet<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                PrefixHits hits = match(ids(41));
                for (int at = 0; at < ENDPOINTS; at++) {
                    // Endpoint `at` never stores more than its number of blocks, at most ten.
                    if (hits.knownTokens(at) > Math.min(at, 10) * BLOCK) {
                        wrong.add(at);
                    }
                }
            }
        });
        for (int round = 0; round < 300; round++) {
            for (int at = 1; at < ENDPOINTS; at++) {
                long[] names = new long[Math.min(at, 10)];
                Arrays.setAll(names, i -> i + 1);
                engines.get(at).store(run(0, names));
            }
            for (int at = 1; at < ENDPOINTS; at++) {
                for (long name = Math.min(at, 10); name > 0; name--) {
                    engines.get(at).remove(name);
                }
            }
        }
        stop.set(true);
        reader.join();
        assertThat(wrong).isEmpty();
    }

    /// Blocks of the prompt 0, 1, 2, …
    private static StoredBlocks run(long parent, long[] names) {
        return new StoredBlocks(names, parent, ids(names.length * BLOCK), BLOCK, null, new long[0]);
    }

    private static int[] ids(int count) {
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> i);
        return ids;
    }
}
