package dev.sluice.bench;

import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.EngineBlocks;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.StoredBlocks;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Recording what full caches store and evict: 64 engines of 27,000 blocks, as an H100 with an 8B model has.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KvEventBench {
    private static final int BLOCK = 16;
    private static final int ENGINES = 64;
    private static final int BLOCKS = 27_000;
    private static final int RUN = 100;

    private final EngineBlocks[] engines = new EngineBlocks[ENGINES];
    private final SplittableRandom random = new SplittableRandom(6);
    private long stored;

    @Setup
    public void setUp() {
        PoolSnapshot pool = Fleet.of(ENGINES);
        ExactPrefixIndex index = new ExactPrefixIndex(Integer.MAX_VALUE);
        for (int i = 0; i < ENGINES; i++) {
            engines[i] = index.follow(pool.endpoint(i));
        }
        System.gc();
        long before = used();
        while (stored < (long) ENGINES * BLOCKS) {
            store();
        }
        System.gc();
        System.out.printf("%.1f bytes per block%n", (double) (used() - before) / index.blocks());
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private long store() {
        long[] names = new long[RUN];
        for (int i = 0; i < RUN; i++) {
            names[i] = stored + i + 1;
        }
        engines[(int) (stored / RUN % ENGINES)].store(
                new StoredBlocks(names, 0, random.ints(RUN * BLOCK).toArray(), BLOCK, null, new long[0]));
        stored += RUN;
        return stored;
    }

    /// A block is stored and the oldest removed; without the decoding of the message.
    @Benchmark
    @OperationsPerInvocation(RUN)
    public long turnOver() {
        EngineBlocks engine = engines[(int) (stored / RUN % ENGINES)];
        long oldest = stored - (long) ENGINES * BLOCKS;
        for (int i = RUN; i > 0; i--) {
            engine.remove(oldest + i);
        }
        return store();
    }
}
