package dev.sluice.bench;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.session.SessionKeys;
import dev.sluice.picker.session.SessionTokens;
import dev.sluice.picker.session.TokenReading;
import java.time.Duration;
import java.time.InstantSource;
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

/// The benchmark measures what a session adds to a request: reading its token and finding its endpoint, the
/// last of its pool; and a new token, which few answers carry.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SessionBench {
    private static final ModelName MODEL = new ModelName("meta-llama/Llama-3.1-8B-Instruct");
    private static final Duration HOUR = Duration.ofHours(1);

    @Param({"10", "100", "1000"})
    private int endpoints;

    private final SessionKeys keys = SessionKeys.parse("a-session-key-of-at-least-32-characters");
    private final SessionTokens tokens = new SessionTokens(() -> keys, InstantSource.system());
    private PoolSnapshot pool = Fleet.of(1);
    private String token = "";

    @Setup
    public void setUp() {
        pool = Fleet.of(endpoints);
        token = issue();
    }

    @Benchmark
    public String issue() {
        return tokens.issue(MODEL, 42, pool.id(), pool.endpoint(pool.size() - 1).id(), HOUR);
    }

    @Benchmark
    public int find() {
        if (tokens.read(MODEL, token) instanceof TokenReading.Good good) {
            return good.session().positionIn(pool.id(), pool.ids());
        }
        throw new IllegalStateException("the token is no good");
    }
}
