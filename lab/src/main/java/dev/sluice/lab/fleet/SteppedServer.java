package dev.sluice.lab.fleet;

import dev.sluice.lab.fleet.Gauges.LoraGauges;
import dev.sluice.simulator.engine.BlockHashes;
import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineAction;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.EngineStats;
import dev.sluice.simulator.engine.Sequence;
import java.util.List;

/// A server whose engine computes in steps, as vLLM's.
public final class SteppedServer implements Server {
    private final int number;
    private final Engine engine;
    private final Agenda agenda;
    private final Listener listener;
    private final StepTimes stepTimes;
    private EngineStats reported;
    private boolean stepping;
    private long stepBegan;
    private long stepEnds;
    private long busyNanos;
    private long loadingUntil = Long.MIN_VALUE;

    public SteppedServer(
            int number, EngineConfig config, Silicon silicon, long seed, Agenda agenda, Listener listener) {
        this.number = number;
        this.engine = new Engine(config);
        this.reported = engine.stats();
        this.agenda = agenda;
        this.listener = listener;
        this.stepTimes = new StepTimes(silicon, seed);
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
        engine.submit(sequence, agenda.now());
        if (!stepping) {
            begin();
        }
    }

    /// As vLLM's, how it was after the last step: requests that arrived since are not counted as waiting before the
    /// scheduler has seen them.
    @Override
    public Gauges gauges(boolean adapters) {
        return new Gauges(
                reported.waiting(),
                reported.running(),
                reported.kvUsage(),
                (long) reported.blocks().total() * EngineConfig.BLOCK_TOKENS,
                adapters
                        ? new LoraGauges(
                                engine.runningAdapters(),
                                engine.waitingAdapters(),
                                engine.config().lora().slots())
                        : LoraGauges.NONE);
    }

    @Override
    public EngineStats stats() {
        return engine.stats();
    }

    @Override
    public long busyNanos() {
        return stepping ? busyNanos + agenda.now() - stepBegan : busyNanos;
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
        return stepping ? stepEnds : agenda.now();
    }

    private void begin() {
        long now = agenda.now();
        switch (engine.begin(now)) {
            case EngineAction.Step step -> {
                stepping = true;
                stepBegan = now;
                stepEnds = now + step.hostNanos() + Math.round(step.kernelNanos() * stepTimes.next());
                agenda.at(stepEnds, this::end);
            }
            case EngineAction.Loading(long until) -> awaken(until);
            case EngineAction.Idle() -> {}
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
