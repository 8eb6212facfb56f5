package dev.sluice.bench;

import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixHits;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
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

/// Looking a prompt up in an index of ten million pairs: 8 KB is 2,000 tokens, 512 KB is 128,000.
///
/// A share of the endpoints holds the prompt, each up to a block of its own.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PrefixBench {
    private static final int PAIRS = 10_000_000;
    /// So many that they do not stay in the CPU's cache, so few that the endpoints can hold them all.
    private static final int MAX_PROMPTS = 64;
    private static final int BLOCKS_OF_ALL = 6_000;

    private static final long SEED = 7;

    @Param({"100", "1000"})
    private int endpoints;

    @Param({"8000", "512000"})
    private int promptBytes;

    @Param({"0", "10", "100"})
    private int holdersPercent;

    private final PrefixIndex index = new PrefixIndex(2 * PAIRS);
    private final PrefixHits hits = new PrefixHits();
    private PromptPrefix[] prompts = {};
    private PoolSnapshot pool = Fleet.of(1);
    private int next;

    @Setup
    public void setUp() {
        pool = Fleet.of(endpoints);
        Fleet.fill(index, pool, PAIRS);
        SplittableRandom random = new SplittableRandom(3);
        int blocks = promptBytes / PromptPrefix.BLOCK_BYTES;
        prompts = new PromptPrefix[Math.min(MAX_PROMPTS, BLOCKS_OF_ALL / blocks)];
        for (int i = 0; i < prompts.length; i++) {
            long[] chain = random.longs(blocks).toArray();
            prompts[i] = new PromptPrefix(chain, promptBytes, chain[0]);
            for (int position = 0; position < pool.size(); position++) {
                if (random.nextInt(100) < holdersPercent) {
                    PromptPrefix part =
                            new PromptPrefix(Arrays.copyOf(chain, 1 + random.nextInt(blocks)), promptBytes, chain[0]);
                    index.insert(part, SEED, pool.endpoint(position), 0);
                }
            }
        }
    }

    /// A different prompt each time, as a new request would be.
    @Benchmark
    public PrefixHits match() {
        next = (next + 1) % prompts.length;
        index.match(prompts[next], SEED, pool, hits);
        return hits;
    }
}
