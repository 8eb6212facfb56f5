package dev.sluice.simulator.serving;

import dev.sluice.simulator.engine.EngineConfig;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The configuration of one simulated model server: its pod, its addresses, its model and its engine.
///
/// @param pod the pod it stands for
/// @param model what it serves
/// @param kvEvents where it publishes what it caches, or null for nowhere
/// @param streamInterval tokens per event of a stream (`--stream-interval`); the first token is always sent at once
public record ServerConfig(
        PodName pod,
        Addresses addresses,
        ServedModel model,
        EngineConfig engine,
        @Nullable KvEventsConfig kvEvents,
        int streamInterval) {

    public ServerConfig {
        if (streamInterval < 1) {
            throw new IllegalArgumentException("streamInterval " + streamInterval + " < 1");
        }
        if (!model.adapters().isEmpty() && engine.lora().slots() == 0) {
            throw new IllegalArgumentException("adapters " + model.adapters() + " but no slot for them");
        }
    }

    public record PodName(String namespace, String name) {}

    /// The addresses at which the server listens; port 0 takes a free one.
    ///
    /// @param api where it serves HTTP/1.1 and HTTP/2 (prior knowledge)
    /// @param health where it serves gRPC health, or null for not at all
    /// @param dcgm where its DCGM exporter listens, or null for none
    public record Addresses(
            InetSocketAddress api,
            @Nullable InetSocketAddress health,
            @Nullable InetSocketAddress dcgm) {}

    /// @param name under which the base model is served
    /// @param adapters LoRA adapters that are known at the start; others can be loaded later
    public record ServedModel(String name, List<String> adapters) {

        public ServedModel {
            adapters = List.copyOf(adapters);
        }
    }

    /// A server with the defaults: namespace `default`, no adapters, neither gRPC health nor DCGM.
    public static ServerConfig of(String pod, InetSocketAddress address, String model, EngineConfig engine) {
        return new ServerConfig(
                new PodName("default", pod),
                new Addresses(address, null, null),
                new ServedModel(model, List.of()),
                engine,
                null,
                1);
    }

    public ServerConfig withNamespace(String value) {
        return new ServerConfig(new PodName(value, pod.name()), addresses, model, engine, kvEvents, streamInterval);
    }

    public ServerConfig withHealthAddress(InetSocketAddress value) {
        return withAddresses(new Addresses(addresses.api(), value, addresses.dcgm()));
    }

    public ServerConfig withDcgmAddress(InetSocketAddress value) {
        return withAddresses(new Addresses(addresses.api(), addresses.health(), value));
    }

    public ServerConfig withAdapters(List<String> value) {
        return new ServerConfig(pod, addresses, new ServedModel(model.name(), value), engine, kvEvents, streamInterval);
    }

    public ServerConfig withEngine(EngineConfig value) {
        return new ServerConfig(pod, addresses, model, value, kvEvents, streamInterval);
    }

    public ServerConfig withStreamInterval(int value) {
        return new ServerConfig(pod, addresses, model, engine, kvEvents, value);
    }

    public ServerConfig withKvEvents(KvEventsConfig value) {
        return new ServerConfig(pod, addresses, model, engine, value, streamInterval);
    }

    private ServerConfig withAddresses(Addresses value) {
        return new ServerConfig(pod, value, model, engine, kvEvents, streamInterval);
    }
}
