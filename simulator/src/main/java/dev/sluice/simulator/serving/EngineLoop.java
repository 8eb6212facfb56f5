package dev.sluice.simulator.serving;

import dev.sluice.simulator.engine.CacheListener;
import dev.sluice.simulator.engine.Engine;
import dev.sluice.simulator.engine.EngineAction;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Sequence;
import dev.sluice.simulator.metrics.GpuReading;
import dev.sluice.simulator.metrics.UtilizationMeter;
import dev.sluice.simulator.metrics.VllmMetrics;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An engine on the clock: begins each step, and ends it when its time has passed.
///
/// A step begins at the moment at which the one before should have ended, even when the timer was a little late,
/// so the rate of tokens is exact although timers are not. All methods are called on the event loop.
public final class EngineLoop {
    /// A longer delay is not caught up: the machine was stopped.
    private static final long LARGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final double NANOS_PER_SECOND = 1e9;

    private final EventLoop loop;
    private final Engine engine;
    private final VllmMetrics metrics;
    private final Faults faults;
    private final Map<Sequence, Generation> generations = new HashMap<>();
    private final List<Generation.Listener> told = new ArrayList<>();
    private final UtilizationMeter utilization = new UtilizationMeter(System.nanoTime());
    private boolean stepping;
    private boolean held;
    private boolean stopped;
    private long stepBegan;
    private long stepEnds;
    private int stepTokens;
    private @Nullable Future<?> wakeUp;
    private long busyNanos;
    private long requests;
    private long aborted;

    /// @param cacheListener told of the prefix cache on the event loop
    public EngineLoop(
            EventLoop loop, EngineConfig config, VllmMetrics metrics, Faults faults, CacheListener cacheListener) {
        this.loop = loop;
        this.faults = faults;
        this.engine = new Engine(config, cacheListener);
        this.metrics = metrics;
    }

    /// Adds a generation to the engine's queue.
    public void submit(Generation generation) {
        long now = System.nanoTime();
        engine.submit(generation.sequence(), now);
        generations.put(generation.sequence(), generation);
        requests++;
        if (!stepping) {
            begin(now);
        }
    }

    /// Drops a generation whose client went away.
    public void abort(Sequence sequence) {
        Generation generation = generations.remove(sequence);
        if (generation != null && engine.abort(sequence, System.nanoTime())) {
            aborted++;
            metrics.ended(sequence, "abort", generation.maxTokens());
        }
    }

    public void apply(Fault fault) {
        faults.apply(fault);
        if (!faults.hanging() && !stopped) {
            resume();
        }
    }

    public Faults faults() {
        return faults;
    }

    public Engine engine() {
        return engine;
    }

    /// Stops for good; what runs is forgotten.
    public void stop() {
        stopped = true;
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
        generations.clear();
    }

    public ServerStats stats() {
        return new ServerStats(requests, aborted, engine.stats(), busyUntil(System.nanoTime()) / NANOS_PER_SECOND);
    }

    public GpuReading gpu() {
        long now = System.nanoTime();
        return new GpuReading(utilization.read(now, busyUntil(now)), faults.clock(), faults.xid());
    }

    private void begin(long now) {
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
        if (faults.hanging() || stopped) {
            return;
        }
        switch (engine.begin(now)) {
            case EngineAction.Step step -> {
                stepping = true;
                stepBegan = now;
                stepEnds = now + faults.stretch(step.hostNanos(), step.kernelNanos());
                stepTokens = step.tokens();
                wakeUp = wakeAt(stepEnds, this::end);
            }
            case EngineAction.Loading(long until) -> wakeUp = wakeAt(until, () -> begin(System.nanoTime()));
            case EngineAction.Idle() -> wakeUp = null;
        }
    }

    private void end() {
        if (faults.hanging()) {
            held = true;
            return;
        }
        long now = System.nanoTime();
        long end = now - stepEnds > LARGEST_DELAY_NANOS ? now : stepEnds;
        stepping = false;
        busyNanos += stepEnds - stepBegan;
        metrics.step(stepTokens);
        tell(engine.finish(end));
        begin(end);
    }

    private void tell(List<Sequence> progressed) {
        for (Sequence sequence : progressed) {
            Generation generation = generations.get(sequence);
            if (generation == null) {
                continue;
            }
            metrics.progressed(sequence);
            if (sequence.state() == Sequence.State.FINISHED) {
                generations.remove(sequence);
                metrics.ended(sequence, generation.finishReason(), generation.maxTokens());
            }
            generation.listener().progressed(sequence);
            told.add(generation.listener());
        }
        told.forEach(Generation.Listener::stepEnded);
        told.clear();
    }

    private void resume() {
        if (held) {
            held = false;
            end();
        } else if (!stepping) {
            begin(System.nanoTime());
        }
    }

    private long busyUntil(long now) {
        return stepping ? busyNanos + Math.max(0, Math.min(now, stepEnds) - stepBegan) : busyNanos;
    }

    private Future<?> wakeAt(long time, Runnable task) {
        return loop.schedule(task, Math.max(0, time - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
