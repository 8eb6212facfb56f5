package dev.sluice.e2e.engine;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A JUnit extension that runs real engines behind a gateway for a whole test class: real Envoy and picker, which
/// follow the engines' metrics and KV events and have prompts tokenized by them.
final class EngineStack implements BeforeAllCallback, AfterAllCallback {
    /// The name under which clients know the model; engines call it [EngineModel#NAME].
    static final String MODEL = "public-chat";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Longer than events are on their way, and longer than the picker gathers them.
    private static final Duration SETTLED = Duration.ofMillis(60);

    private final EngineKind kind;
    private final List<List<String>> arguments;
    private final List<EngineServer> engines = new ArrayList<>();
    private @Nullable EngineModel model;
    private @Nullable Gateway gateway;

    private EngineStack(EngineKind kind, List<List<String>> arguments) {
        this.kind = kind;
        this.arguments = List.copyOf(arguments);
    }

    /// @param arguments for each engine those beyond its kind's
    static EngineStack of(EngineKind kind, List<List<String>> arguments) {
        return new EngineStack(kind, arguments);
    }

    /// The name under which clients know an adapter of [EngineModel#ADAPTERS].
    static String published(String adapter) {
        return "public-" + adapter;
    }

    Gateway gateway() {
        return Objects.requireNonNull(gateway, "the stack does not run");
    }

    EngineModel model() {
        return Objects.requireNonNull(model, "the stack does not run");
    }

    EngineServer engine(int index) {
        return engines.get(index);
    }

    List<EngineServer> engines() {
        return List.copyOf(engines);
    }

    /// What the picker says of an engine.
    JsonNode seen(int index) {
        String address = engine(index).address();
        for (JsonNode endpoint : gateway().admin("/pools").path("default/pool").path("endpoints")) {
            if (endpoint.path("address").asText().equals(address)) {
                return endpoint;
            }
        }
        throw new IllegalStateException("the picker does not know " + address);
    }

    /// Waits until the picker has read all engines and follows their events.
    void awaitSeen() {
        await().atMost(PATIENCE).until(() -> gateway().metric("sluice_kv_endpoints") == engines.size());
        for (int i = 0; i < engines.size(); i++) {
            int index = i;
            await().atMost(PATIENCE).until(() -> seen(index).has("signals"));
        }
    }

    /// Waits until requests for the adapter may go to that engine.
    void awaitServing(int index, String adapter) {
        await().atMost(PATIENCE)
                .until(() -> seen(index).path("adapters").path(adapter).asText().equals("SERVING"));
    }

    /// Waits until no more events come in.
    void settle() {
        await().atMost(PATIENCE).pollDelay(SETTLED).pollInterval(SETTLED).until(new Settled(gateway())::holds);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Path python = kind.python();
        try {
            model = EngineModel.write(python, Files.createTempDirectory("sluice-engines"));
            kind.prepare(model());
            List<EnginePorts> ports = EnginePorts.free(arguments.size());
            for (int i = 0; i < ports.size(); i++) {
                // One after the other: two at once would take as long, and twice the patience.
                EngineServer engine = new EngineServer(kind, python, model(), ports.get(i), arguments.get(i));
                engines.add(engine);
                engine.awaitReady();
            }
            gateway = Gateway.start(yaml(ports));
            awaitSeen();
        } catch (Exception | AssertionError failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        close();
    }

    private void close() throws IOException {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
        engines.forEach(EngineServer::close);
        engines.clear();
        if (model != null) {
            delete(model.folder());
            model = null;
        }
    }

    /// The events that came until the last look.
    private static final class Settled {
        private final Gateway gateway;
        private double events = -1;

        Settled(Gateway gateway) {
            this.gateway = gateway;
        }

        boolean holds() {
            double before = events;
            events = gateway.metric("sluice_kv_events_total");
            return events == before;
        }
    }

    private static String yaml(List<EnginePorts> ports) {
        List<String> documents = new ArrayList<>(List.of(
                Manifests.gateway(),
                Manifests.route("all", "{path: {type: PathPrefix, value: /}}", "pool"),
                Manifests.pool(
                        "pool",
                        "FailClose",
                        ports.stream().mapToInt(EnginePorts::http).toArray()),
                Manifests.endpoints("pool", List.of(EnginePorts.HOST)),
                Manifests.policy(
                        "pool",
                        "signals: {kvEvents: {port: %d, replayPort: %d}, adapterHealth: {interval: 1s}}"
                                .formatted(
                                        ports.getFirst().events(),
                                        ports.getFirst().replays())),
                tokenized(Manifests.model("chat", MODEL, "pool"))
                        + "  targets: [{modelName: %s}]\n".formatted(EngineModel.NAME)));
        for (String adapter : EngineModel.ADAPTERS) {
            documents.add(tokenized(Manifests.adapter(adapter, published(adapter), "pool", adapter)));
        }
        return Manifests.all(documents.toArray(String[]::new));
    }

    /// Engines share few cores here, and a late answer is a prompt without tokens.
    private static String tokenized(String model) {
        return model + "  tokenizer: {engine: true, timeout: 5s}\n";
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
