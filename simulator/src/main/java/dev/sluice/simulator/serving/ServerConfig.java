package dev.sluice.simulator.serving;

import dev.sluice.simulator.engine.EngineConfig;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one simulated model server is: its pod, its addresses, its model and its engine.
///
/// @param pod name of the pod it stands for
/// @param namespace namespace of that pod
/// @param address where it serves HTTP/1.1 and HTTP/2 (prior knowledge); port 0 takes a free one
/// @param healthAddress where it serves gRPC health, or null for not at all
/// @param dcgmAddress where its DCGM exporter listens, or null for none
/// @param model name under which the base model is served
/// @param adapters LoRA adapters that are known at the start; others can be loaded later
/// @param kvEvents where it publishes what it caches, or null for nowhere
/// @param streamInterval tokens per event of a stream (`--stream-interval`); the first token is always sent at once
public record ServerConfig(
        String pod,
        String namespace,
        InetSocketAddress address,
        @Nullable InetSocketAddress healthAddress,
        @Nullable InetSocketAddress dcgmAddress,
        String model,
        List<String> adapters,
        EngineConfig engine,
        @Nullable KvEventsConfig kvEvents,
        int streamInterval) {

    public ServerConfig {
        adapters = List.copyOf(adapters);
        if (streamInterval < 1) {
            throw new IllegalArgumentException("streamInterval " + streamInterval + " < 1");
        }
        if (!adapters.isEmpty() && engine.lora().slots() == 0) {
            throw new IllegalArgumentException("adapters " + adapters + " but no slot for them");
        }
    }

    /// A server with the defaults: namespace `default`, no adapters, neither gRPC health nor DCGM.
    public static ServerConfig of(String pod, InetSocketAddress address, String model, EngineConfig engine) {
        return new ServerConfig(pod, "default", address, null, null, model, List.of(), engine, null, 1);
    }

    public ServerConfig withNamespace(String value) {
        return new ServerConfig(
                pod, value, address, healthAddress, dcgmAddress, model, adapters, engine, kvEvents, streamInterval);
    }

    public ServerConfig withHealthAddress(InetSocketAddress value) {
        return new ServerConfig(
                pod, namespace, address, value, dcgmAddress, model, adapters, engine, kvEvents, streamInterval);
    }

    public ServerConfig withDcgmAddress(InetSocketAddress value) {
        return new ServerConfig(
                pod, namespace, address, healthAddress, value, model, adapters, engine, kvEvents, streamInterval);
    }

    public ServerConfig withAdapters(List<String> value) {
        return new ServerConfig(
                pod, namespace, address, healthAddress, dcgmAddress, model, value, engine, kvEvents, streamInterval);
    }

    public ServerConfig withEngine(EngineConfig value) {
        return new ServerConfig(
                pod, namespace, address, healthAddress, dcgmAddress, model, adapters, value, kvEvents, streamInterval);
    }

    public ServerConfig withStreamInterval(int value) {
        return new ServerConfig(
                pod, namespace, address, healthAddress, dcgmAddress, model, adapters, engine, kvEvents, value);
    }

    public ServerConfig withKvEvents(KvEventsConfig value) {
        return new ServerConfig(
                pod, namespace, address, healthAddress, dcgmAddress, model, adapters, engine, value, streamInterval);
    }
}
