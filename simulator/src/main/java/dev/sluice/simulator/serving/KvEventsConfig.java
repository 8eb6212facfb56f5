package dev.sluice.simulator.serving;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// The configuration with which a server publishes what it caches, as vLLM's `--kv-events-config` has it.
///
/// @param address of the PUB socket
/// @param replayAddress of the ROUTER socket at which past batches can be had again, or null for none
public record KvEventsConfig(
        InetSocketAddress address, @Nullable InetSocketAddress replayAddress) {}
