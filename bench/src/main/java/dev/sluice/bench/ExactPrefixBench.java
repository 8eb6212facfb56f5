package dev.sluice.bench;

import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.EngineBlocks;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.StoredBlocks;
import dev.sluice.picker.prefix.TokenHash;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.PromptTokens;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Looking a tokenized prompt up in an exact index of two million blocks, in blocks of 16 tokens.
///
/// A share of the endpoints holds the prompt, each up to a block of its own.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ExactPrefixBench {
    private static final int BLOCK = 16;
    private static final int BLOCKS = 2_000_000;
    private static final int BLOCKS_OF_ALL = 16_000;
    private static final int MOST_PROMPTS = 16;

    @Param({"100", "1000"})
    private int endpoints;

    @Param({"2000", "128000"})
    private int promptTokens;

    @Param({"0", "10", "100"})
    private int holdersPercent;

    private final ExactPrefixIndex index = new ExactPrefixIndex(Integer.MAX_VALUE);
    private final PrefixHits hits = new PrefixHits();
    private PromptTokens[] prompts = {};
    private PoolSnapshot pool = Fleet.of(1);
    private long name = 1;
    private int next;

    @Setup
    public void setUp() {
        pool = Fleet.of(endpoints);
        new PrefixIndex(8).match(PromptPrefix.EMPTY, 0, pool, hits);
        EngineBlocks[] engines = new EngineBlocks[endpoints];
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < endpoints; i++) {
            engines[i] = index.follow(pool.endpoint(i));
            engines[i].publish(EngineBlocks.Coverage.COMPLETE);
        }
        for (int filled = 0; filled < BLOCKS; filled += 100) {
            store(engines[random.nextInt(endpoints)], random.ints(100 * BLOCK).toArray());
        }
        prompts = new PromptTokens[Math.clamp(BLOCKS_OF_ALL / (promptTokens / BLOCK), 1, MOST_PROMPTS)];
        for (int i = 0; i < prompts.length; i++) {
            int[] tokens = random.ints(promptTokens).toArray();
            prompts[i] = new PromptTokens(tokens);
            for (EngineBlocks engine : engines) {
                if (random.nextInt(100) < holdersPercent) {
                    store(engine, Arrays.copyOf(tokens, BLOCK * (1 + random.nextInt(promptTokens / BLOCK))));
                }
            }
        }
    }

    private void store(EngineBlocks engine, int[] tokens) {
        long[] names = new long[tokens.length / BLOCK];
        for (int i = 0; i < names.length; i++) {
            names[i] = name++;
        }
        engine.store(new StoredBlocks(names, 0, tokens, BLOCK, null, new long[0]));
    }

    /// A different prompt each time, as a new request would be; with the hashing of its tokens.
    @Benchmark
    public PrefixHits match() {
        next = (next + 1) % prompts.length;
        index.match(prompts[next].ids(), TokenHash.root(null), 0, pool, hits);
        return hits;
    }
}
