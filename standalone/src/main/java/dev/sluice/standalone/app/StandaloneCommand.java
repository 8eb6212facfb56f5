package dev.sluice.standalone.app;

import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.gateway.LocalGateway;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice standalone`: a gateway from a folder of YAML, until it is stopped.
@Command(
        name = "standalone",
        description = {
            "Serve the Gateways, InferencePools and InferenceModels of a folder.",
            "Changes of its *.yaml files are followed; a broken file is reported, and the last good state keeps serving."
        })
final class StandaloneCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder of *.yaml files.")
    private Path folder;

    @Option(
            names = "--port",
            paramLabel = "GATEWAY=LOCAL",
            description = "Listen on port LOCAL in place of a Gateway's port, as 80=8080; may be repeated.")
    private Map<Integer, Integer> ports = Map.of();

    @Option(names = "--concurrency", defaultValue = "1", description = "Envoy's worker threads (${DEFAULT-VALUE}).")
    private int concurrency;

    @Override
    public Integer call() throws Exception {
        LocalGateway.GatewayOptions options =
                new LocalGateway.GatewayOptions(folder, EnvoyBinary.locate(), ports, concurrency);
        try (LocalGateway running = LocalGateway.start(options)) {
            PrintWriter out = spec.commandLine().getOut();
            running.urls().forEach(url -> out.println("Serving " + folder + " on " + url));
            out.println("Explanations and metrics on " + running.pickerAdmin());
            out.flush();
            return awaitEnd(running);
        }
    }

    /// A signal ends the JVM; if Envoy ends by itself nothing is served any more, and whoever started us must know.
    private int awaitEnd(LocalGateway running) {
        AtomicBoolean stopping = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopping.set(true), "stopping"));
        int status = running.envoyExit().join();
        if (!stopping.get()) {
            spec.commandLine()
                    .getErr()
                    .println("Envoy has ended with status " + status + "; nothing is served any more.");
        }
        return 1;
    }
}
