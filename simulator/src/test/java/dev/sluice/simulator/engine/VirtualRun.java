package dev.sluice.simulator.engine;

import java.util.ArrayList;
import java.util.List;

/// Drives one engine through virtual time.
final class VirtualRun {
    final Engine engine;
    final List<EngineAction.Step> steps = new ArrayList<>();
    long now;

    VirtualRun(EngineConfig config) {
        engine = new Engine(config);
    }

    Sequence submit(int promptTokens, int outputTokens, BlockHashes chain) {
        return submit(null, promptTokens, outputTokens, chain);
    }

    Sequence submit(String adapter, int promptTokens, int outputTokens, BlockHashes chain) {
        Sequence sequence = new Sequence(adapter, promptTokens, outputTokens, chain);
        engine.submit(sequence, now);
        return sequence;
    }

    /// One step, or the wait for an adapter; false when there is nothing to do.
    boolean turn() {
        switch (engine.begin(now)) {
            case EngineAction.Step step -> {
                steps.add(step);
                now += step.nanos();
                engine.finish(now);
            }
            case EngineAction.Loading(long until) -> now = until;
            case EngineAction.Idle() -> {
                return false;
            }
        }
        return true;
    }

    void toEnd() {
        while (turn()) {}
    }

    double nowMillis() {
        return now / 1e6;
    }

    /// A chain that shares nothing with chains of other seeds.
    static BlockHashes distinct(long seed) {
        return index -> (seed + 1) * 1_000_003 * 0x9E3779B97F4A7C15L + index * 2L + 1;
    }

    /// A chain that shares its first blocks with all chains of the same stem.
    static BlockHashes sharing(long stem, int blocks, long seed) {
        return index ->
                index < blocks ? distinct(stem).hash(index) : distinct(seed).hash(index);
    }
}
