package dev.sluice.simulator.engine;

import java.time.Duration;

/// The settings of one engine, under vLLM's names and with its defaults.
///
/// @param kvBlocks blocks of 16 tokens in the KV cache
/// @param maxNumSeqs sequences that run at once
/// @param maxNumBatchedTokens tokens computed in one step
/// @param maxModelLen longest prompt and output together, in tokens
/// @param hostOverhead time per step that the host takes beside the kernels
public record EngineConfig(
        Profile profile,
        int kvBlocks,
        int maxNumSeqs,
        int maxNumBatchedTokens,
        int maxModelLen,
        Duration hostOverhead,
        LoraConfig lora) {

    /// Tokens of one block of the KV cache.
    public static final int BLOCK_TOKENS = 16;

    public EngineConfig {
        if (kvBlocks < 1 || maxNumSeqs < 1 || maxNumBatchedTokens < 1 || maxModelLen < 1) {
            throw new IllegalArgumentException("not positive: kvBlocks " + kvBlocks + ", maxNumSeqs " + maxNumSeqs
                    + ", maxNumBatchedTokens " + maxNumBatchedTokens + ", maxModelLen " + maxModelLen);
        }
        // A sequence longer than the cache could never finish.
        maxModelLen = (int) Math.min(maxModelLen, (long) kvBlocks * BLOCK_TOKENS);
    }

    /// What vLLM would choose: it doubles and quadruples its limits on GPUs of the H100's class.
    public static EngineConfig of(Profile profile) {
        boolean large = profile.accelerator().equals(Accelerator.H100)
                || profile.accelerator().equals(Accelerator.H200);
        return new EngineConfig(
                profile,
                profile.kvBlocks(),
                large ? 1_024 : 256,
                large ? 8_192 : 2_048,
                131_072,
                Duration.ofMillis(3),
                LoraConfig.DEFAULT);
    }

    public EngineConfig withProfile(Profile value) {
        return new EngineConfig(value, kvBlocks, maxNumSeqs, maxNumBatchedTokens, maxModelLen, hostOverhead, lora);
    }

    public EngineConfig withKvBlocks(int value) {
        return new EngineConfig(profile, value, maxNumSeqs, maxNumBatchedTokens, maxModelLen, hostOverhead, lora);
    }

    public EngineConfig withMaxNumSeqs(int value) {
        return new EngineConfig(profile, kvBlocks, value, maxNumBatchedTokens, maxModelLen, hostOverhead, lora);
    }

    public EngineConfig withMaxNumBatchedTokens(int value) {
        return new EngineConfig(profile, kvBlocks, maxNumSeqs, value, maxModelLen, hostOverhead, lora);
    }

    public EngineConfig withMaxModelLen(int value) {
        return new EngineConfig(profile, kvBlocks, maxNumSeqs, maxNumBatchedTokens, value, hostOverhead, lora);
    }

    public EngineConfig withHostOverhead(Duration value) {
        return new EngineConfig(profile, kvBlocks, maxNumSeqs, maxNumBatchedTokens, maxModelLen, value, lora);
    }

    public EngineConfig withLora(LoraConfig value) {
        return new EngineConfig(profile, kvBlocks, maxNumSeqs, maxNumBatchedTokens, maxModelLen, hostOverhead, value);
    }
}
