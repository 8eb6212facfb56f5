package dev.sluice.simulator.engine;

import java.time.Duration;

/// The settings of one engine, under vLLM's names and with its defaults.
///
/// @param kvBlocks blocks of 16 tokens in the KV cache
/// @param scheduler its limits; `maxModelLen` is at most what the KV cache holds
/// @param hostOverhead time per step that the host takes beside the kernels
public record EngineConfig(
        Profile profile, int kvBlocks, SchedulerConfig scheduler, Duration hostOverhead, LoraConfig lora) {

    /// Tokens of one block of the KV cache.
    public static final int BLOCK_TOKENS = 16;

    public EngineConfig {
        if (kvBlocks < 1) {
            throw new IllegalArgumentException("not positive: kvBlocks " + kvBlocks);
        }
        // A sequence longer than the cache could never finish.
        scheduler = scheduler.withMaxModelLen((int) Math.min(scheduler.maxModelLen(), (long) kvBlocks * BLOCK_TOKENS));
    }

    /// The configuration that vLLM would choose: it doubles and quadruples its limits on GPUs of the H100's
    /// class.
    public static EngineConfig of(Profile profile) {
        boolean large = profile.accelerator().equals(Accelerator.H100)
                || profile.accelerator().equals(Accelerator.H200);
        return new EngineConfig(
                profile,
                profile.kvBlocks(),
                new SchedulerConfig(large ? 1_024 : 256, large ? 8_192 : 2_048, 131_072),
                Duration.ofMillis(3),
                LoraConfig.DEFAULT);
    }

    public EngineConfig withProfile(Profile value) {
        return new EngineConfig(value, kvBlocks, scheduler, hostOverhead, lora);
    }

    public EngineConfig withKvBlocks(int value) {
        return new EngineConfig(profile, value, scheduler, hostOverhead, lora);
    }

    public EngineConfig withMaxNumSeqs(int value) {
        return withScheduler(scheduler.withMaxNumSeqs(value));
    }

    public EngineConfig withMaxNumBatchedTokens(int value) {
        return withScheduler(scheduler.withMaxNumBatchedTokens(value));
    }

    public EngineConfig withMaxModelLen(int value) {
        return withScheduler(scheduler.withMaxModelLen(value));
    }

    public EngineConfig withHostOverhead(Duration value) {
        return new EngineConfig(profile, kvBlocks, scheduler, value, lora);
    }

    public EngineConfig withLora(LoraConfig value) {
        return new EngineConfig(profile, kvBlocks, scheduler, hostOverhead, value);
    }

    private EngineConfig withScheduler(SchedulerConfig value) {
        return new EngineConfig(profile, kvBlocks, value, hostOverhead, lora);
    }
}
