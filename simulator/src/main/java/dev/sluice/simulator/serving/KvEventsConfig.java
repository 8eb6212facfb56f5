package dev.sluice.simulator.serving;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// How a server publishes what it caches, as vLLM's `--kv-events-config` has it.
///
/// @param address of the PUB socket
/// @param replayAddress of the ROUTER socket at which past batches can be had again, or null for none
/// @param bufferSteps how many past batches are kept for that
/// @param positional whether events are arrays, as in vLLM up to June 2026, and not maps
public record KvEventsConfig(
        InetSocketAddress address, @Nullable InetSocketAddress replayAddress, int bufferSteps, boolean positional) {
    private static final int VLLM_BUFFER_STEPS = 10_000;

    /// vLLM's defaults.
    public static KvEventsConfig at(InetSocketAddress address, @Nullable InetSocketAddress replayAddress) {
        return new KvEventsConfig(address, replayAddress, VLLM_BUFFER_STEPS, false);
    }

    public KvEventsConfig withBufferSteps(int value) {
        return new KvEventsConfig(address, replayAddress, value, positional);
    }

    public KvEventsConfig withPositional(boolean value) {
        return new KvEventsConfig(address, replayAddress, bufferSteps, value);
    }
}
