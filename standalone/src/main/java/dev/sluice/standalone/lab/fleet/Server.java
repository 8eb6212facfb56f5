package dev.sluice.standalone.lab.fleet;

import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.EngineStats;
import dev.sluice.simulator.engine.Sequence;
import dev.sluice.simulator.engine.Turn;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// One engine in virtual time, on a GPU that is not exactly as fast as published: each server is a few per cent
/// faster or slower, and each step varies.
public final class Server {
    /// No step takes less than this share of its published time, whatever the noise draws.
    private static final double FASTEST = 0.5;

    private final int number;
    private final Engine engine;
    private final Agenda agenda;
    private final Listener listener;
    private final SplittableRandom noise;
    private final double stepNoise;
    private final double slowness;
    private EngineStats reported;
    private boolean stepping;
    private long stepBegan;
    private long stepEnds;
    private long busyNanos;
    private long loadingUntil = Long.MIN_VALUE;

    /// Told of what its requests reach.
    public interface Listener {
        void firstToken(Sequence sequence);

        void finished(Sequence sequence);
    }

    public Server(int number, EngineConfig config, Silicon silicon, long seed, Agenda agenda, Listener listener) {
        this.number = number;
        this.engine = new Engine(config);
        this.reported = engine.stats();
        this.agenda = agenda;
        this.listener = listener;
        this.stepNoise = silicon.stepNoise();
        this.noise = new SplittableRandom(seed);
        this.slowness = silicon.slowness() * (1 + silicon.spread() * (2 * noise.nextDouble() - 1));
    }

    public int number() {
        return number;
    }

    public EngineConfig config() {
        return engine.config();
    }

    public void submit(Sequence sequence) {
        engine.submit(sequence, agenda.now());
        if (!stepping) {
            begin();
        }
    }

    /// What its metrics page says now: as vLLM's, how it was after the last step. Requests that arrived since are not
    /// counted as waiting before the scheduler has seen them.
    ///
    /// @param adapters whether anybody asks for adapters here
    public Gauges gauges(boolean adapters) {
        return new Gauges(
                reported.waiting(),
                reported.running(),
                reported.kvUsage(),
                (long) reported.totalBlocks() * EngineConfig.BLOCK_TOKENS,
                adapters ? engine.runningAdapters() : Set.of(),
                adapters ? engine.waitingAdapters() : Set.of(),
                adapters ? engine.config().lora().slots() : 0);
    }

    public EngineStats stats() {
        return engine.stats();
    }

    /// How long it has computed so far.
    public long busyNanos() {
        return stepping ? busyNanos + agenda.now() - stepBegan : busyNanos;
    }

    /// Tokens at the beginning of a prompt that are in its cache: the truth, which no picker sees.
    public int cachedTokens(BlockHashes chain, int promptTokens) {
        return engine.cachedTokens(chain, promptTokens);
    }

    /// Tokens that it could take up before something cached must go: the truth as well.
    public int emptyTokens() {
        return engine.emptyTokens();
    }

    /// Its kernel times in multiples of the published ones: the truth, too.
    public double slowness() {
        return slowness;
    }

    /// When the step in progress ends, or now.
    public long freeAt() {
        return stepping ? stepEnds : agenda.now();
    }

    private void begin() {
        long now = agenda.now();
        switch (engine.begin(now)) {
            case Turn.Step step -> {
                stepping = true;
                stepBegan = now;
                double factor = Math.max(FASTEST, 1 + stepNoise * noise.nextGaussian()) * slowness;
                stepEnds = now + step.hostNanos() + Math.round(step.kernelNanos() * factor);
                agenda.at(stepEnds, this::end);
            }
            case Turn.Loading(long until) -> awaken(until);
            case Turn.Idle() -> {}
        }
    }

    private void awaken(long until) {
        if (until != loadingUntil) {
            loadingUntil = until;
            agenda.at(until, () -> {
                if (!stepping) {
                    begin();
                }
            });
        }
    }

    private void end() {
        stepping = false;
        busyNanos += agenda.now() - stepBegan;
        List<Sequence> progressed = engine.finish(agenda.now());
        reported = engine.stats();
        for (Sequence sequence : progressed) {
            if (sequence.firstTokenAt() == agenda.now()) {
                listener.firstToken(sequence);
            }
            if (sequence.state() == Sequence.State.FINISHED) {
                listener.finished(sequence);
            }
        }
        begin();
    }
}
