package dev.sluice.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random workloads on a cache that is far too small.
class EngineInvariantsTest {
    private static final int BLOCKS = 60;
    private static final String[] ADAPTERS = {null, null, "a", "b", "c"};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void blocksAreConservedAndEveryoneEnds(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        LoraConfig lora = new LoraConfig(2, 2, Duration.ofMillis(5), Duration.ofMillis(50), 1.1);
        VirtualRun run = new VirtualRun(EngineConfig.of(Profile.L40S_8B)
                .withKvBlocks(BLOCKS)
                .withMaxNumSeqs(8)
                .withMaxNumBatchedTokens(256)
                .withLora(lora));
        List<Sequence> all = new ArrayList<>();
        for (int turn = 0; turn < 2_000; turn++) {
            if (random.nextInt(6) == 0) {
                all.add(submitAny(run, random));
            }
            if (random.nextInt(40) == 0 && !all.isEmpty()) {
                run.engine.abort(all.get(random.nextInt(all.size())), run.now);
            }
            if (random.nextInt(500) == 0) {
                run.engine.resetPrefixCache();
            }
            if (!run.turn()) {
                run.now += 1_000_000;
            }
            checkBlocks(run, all);
        }
        run.toEnd();
        assertThat(all).hasSizeGreaterThan(200);
        assertThat(run.engine.stats().preemptions()).as("seed %d", seed).isPositive();
        assertThat(run.engine.stats().prefixCache().hits()).as("seed %d", seed).isPositive();
        assertThat(run.engine.stats().blocks().free()).as("seed %d", seed).isEqualTo(BLOCKS);
        assertThat(all).as("seed %d", seed).allSatisfy(sequence -> {
            assertThat(sequence.state()).isIn(Sequence.State.FINISHED, Sequence.State.ABORTED);
            if (sequence.state() == Sequence.State.FINISHED) {
                assertThat(sequence.generated()).isEqualTo(sequence.outputTokens());
            }
        });
    }

    private static Sequence submitAny(VirtualRun run, RandomGenerator random) {
        int stem = random.nextInt(4);
        BlockHashes chain = VirtualRun.sharing(stem, random.nextInt(8), random.nextInt(50));
        String adapter = ADAPTERS[random.nextInt(ADAPTERS.length)];
        return run.submit(adapter, random.nextInt(1, 400), random.nextInt(0, 200), chain);
    }

    /// Each running sequence holds exactly the blocks of its computed tokens; nobody else holds any.
    private static void checkBlocks(VirtualRun run, List<Sequence> all) {
        Set<Integer> distinct = new HashSet<>();
        for (Sequence sequence : all) {
            int blocks = sequence.blocks.size();
            for (int i = 0; i < blocks; i++) {
                distinct.add(sequence.blocks.get(i));
            }
            if (sequence.state() == Sequence.State.RUNNING) {
                assertThat(blocks).isEqualTo(Math.ceilDiv(sequence.computed, EngineConfig.BLOCK_TOKENS));
            } else {
                assertThat(blocks).isZero();
            }
        }
        assertThat(run.engine.stats().blocks().free()).isEqualTo(BLOCKS - distinct.size());
    }
}
