package dev.sluice.simulator.engine;

import java.time.Duration;

/// The configuration of an engine that holds LoRA adapters.
///
/// @param slots adapters that fit on the GPU at once (`max_loras`)
/// @param cpuSlots adapters kept in host memory (`max_cpu_loras`)
/// @param swap time to bring an adapter from host memory to the GPU
/// @param coldLoad time to bring an adapter from storage to the GPU
/// @param decodeFactor how much longer a decode step takes when a sequence of it uses an adapter
public record LoraConfig(int slots, int cpuSlots, Duration swap, Duration coldLoad, double decodeFactor) {

    public static final LoraConfig DEFAULT =
            new LoraConfig(4, 16, Duration.ofMillis(20), Duration.ofMillis(1_500), 1.10);

    public LoraConfig {
        if (slots < 0 || cpuSlots < slots) {
            throw new IllegalArgumentException("cpuSlots " + cpuSlots + " < slots " + slots);
        }
        if (decodeFactor < 1) {
            throw new IllegalArgumentException("decodeFactor " + decodeFactor + " < 1");
        }
    }

    public LoraConfig withSlots(int value) {
        return new LoraConfig(value, Math.max(value, cpuSlots), swap, coldLoad, decodeFactor);
    }
}
