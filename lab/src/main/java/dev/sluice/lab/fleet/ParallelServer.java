package dev.sluice.lab.fleet;

import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.EngineStats;
import dev.sluice.simulator.engine.ParallelPrefillEngine;
import dev.sluice.simulator.engine.Sequence;

/// A server whose engine computes each request for itself, as llm-d-inference-sim. Its metrics page is never late.
final class ParallelServer implements Server {
    private final int number;
    private final ParallelPrefillEngine engine;
    private final StepTimes stepTimes;
    private final Agenda agenda;
    private final Listener listener;
    private long busySince;
    private long busyNanos;

    ParallelServer(int number, EngineConfig config, Silicon silicon, long seed, Agenda agenda, Listener listener) {
        this.number = number;
        this.stepTimes = new StepTimes(silicon, seed);
        this.engine = new ParallelPrefillEngine(config, stepTimes::next);
        this.agenda = agenda;
        this.listener = listener;
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public EngineConfig config() {
        return engine.config();
    }

    @Override
    public void submit(Sequence sequence) {
        if (!isBusy()) {
            busySince = agenda.now();
        }
        engine.submit(sequence, agenda.now());
        expect();
    }

    @Override
    public Gauges gauges(boolean adapters) {
        EngineStats stats = engine.stats();
        return new Gauges(
                stats.waiting(),
                stats.running(),
                stats.kvUsage(),
                (long) stats.blocks().total() * EngineConfig.BLOCK_TOKENS,
                Gauges.LoraGauges.NONE);
    }

    @Override
    public EngineStats stats() {
        return engine.stats();
    }

    @Override
    public long busyNanos() {
        return isBusy() ? busyNanos + agenda.now() - busySince : busyNanos;
    }

    @Override
    public int cachedTokens(BlockHashes chain, int promptTokens) {
        return engine.cachedTokens(chain, promptTokens);
    }

    @Override
    public int emptyTokens() {
        return engine.emptyTokens();
    }

    @Override
    public double slowness() {
        return stepTimes.slowness();
    }

    @Override
    public long freeAt() {
        return agenda.now();
    }

    private boolean isBusy() {
        return engine.nextAt() != Long.MAX_VALUE;
    }

    /// Comes back for the next token. What was expected before may come later than a new request's: then it finds
    /// nothing to do.
    private void expect() {
        if (isBusy()) {
            agenda.at(engine.nextAt(), this::advance);
        }
    }

    private void advance() {
        if (engine.nextAt() > agenda.now()) {
            return;
        }
        for (Sequence sequence : engine.advance(agenda.now())) {
            if (sequence.firstTokenAt() == agenda.now()) {
                listener.firstToken(sequence);
            }
            if (sequence.state() == Sequence.State.FINISHED) {
                listener.finished(sequence);
            }
        }
        if (!isBusy()) {
            busyNanos += agenda.now() - busySince;
        }
        expect();
    }
}
