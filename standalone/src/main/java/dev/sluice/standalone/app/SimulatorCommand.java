package dev.sluice.standalone.app;

import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.standalone.fleet.SimulatedServers;
import dev.sluice.standalone.folder.BrokenFileException;
import dev.sluice.standalone.folder.Folder;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice simulator`: model servers without GPUs, until they are stopped.
@Command(
        name = "simulator",
        description = {
            "Run simulated model servers: vLLM's API, metrics and timing, without a GPU.",
            "With DIR, one for each endpoint that the folder's pools select; else as the options say."
        })
final class SimulatorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "A folder with pools, models and an EndpointList.")
    private @Nullable Path folder;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8000",
            description = "Port of the first server; each other takes the next (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--servers", defaultValue = "1", description = "How many servers (${DEFAULT-VALUE}).")
    private int servers;

    @Option(
            names = "--profile",
            defaultValue = "h100-8b",
            description = "Accelerator and model size, such as h100-8b, l40s-8b, h200-70b-tp4 (${DEFAULT-VALUE}).")
    private String profile;

    @Option(
            names = "--model",
            defaultValue = "meta-llama/Llama-3.1-8B-Instruct",
            description = "Name of the served model (${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--adapter", description = "A LoRA adapter that each server knows; may be repeated.")
    private List<String> adapters = List.of();

    @Option(
            names = "--stream-interval",
            defaultValue = "1",
            description = "Tokens per streamed event (${DEFAULT-VALUE}).")
    private int streamInterval;

    @Override
    public Integer call() throws Exception {
        try (Fleet fleet = Fleet.start(configs(), Runtime.getRuntime().availableProcessors())) {
            PrintWriter out = spec.commandLine().getOut();
            for (ModelServer server : fleet.servers()) {
                InetSocketAddress address = server.address();
                out.printf(
                        "%s: %s on http://%s:%d%n",
                        server.config().pod(),
                        server.config().model(),
                        address.getAddress().getHostAddress(),
                        address.getPort());
            }
            out.flush();
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private List<ServerConfig> configs() throws IOException, BrokenFileException {
        if (folder != null) {
            return SimulatedServers.of(Folder.read(folder), streamInterval);
        }
        EngineConfig engine = EngineConfig.of(Profile.named(profile));
        return IntStream.range(0, servers)
                .mapToObj(index -> ServerConfig.of(
                                "simulator-" + index, new InetSocketAddress(host, port + index), model, engine)
                        .withAdapters(adapters)
                        .withStreamInterval(streamInterval))
                .toList();
    }
}
