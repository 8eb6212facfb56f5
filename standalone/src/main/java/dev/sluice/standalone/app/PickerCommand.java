package dev.sluice.standalone.app;

import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.PickerOptions;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.process.Termination;
import dev.sluice.standalone.gateway.LocalPicker;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice picker`: the endpoint picker alone, from a folder of YAML, until it is stopped.
@Command(
        name = "picker",
        description = {
            "Run the endpoint picker alone, for an Envoy that is configured elsewhere.",
            "The InferencePools, InferenceModels, InferencePoolPolicies and EndpointLists of the folder are served;",
            "changes of its *.yaml files are followed, a broken file is reported, and the last good state keeps serving."
        },
        showDefaultValues = true,
        sortOptions = false)
final class PickerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder of *.yaml files.")
    private Path folder;

    @Option(
            names = "--pool-name",
            description = "The InferencePool of streams that name none.",
            defaultValue = "default")
    private String poolName;

    @Option(names = "--pool-namespace", description = "The namespace of that pool.", defaultValue = "default")
    private String poolNamespace;

    @Option(
            names = "--secure-serving",
            arity = "0..1",
            fallbackValue = "true",
            description = "TLS on the gRPC port, with a certificate made at start unless --cert-path is given.",
            defaultValue = "false")
    private boolean secureServing;

    @Mixin
    private PickerOptions options;

    @Override
    public Integer call() throws Exception {
        PickerConfig config = options.config(new PoolId(poolNamespace, poolName), secureServing);
        try (Termination termination = new Termination();
                LocalPicker running = LocalPicker.start(folder, config)) {
            PrintWriter out = spec.commandLine().getOut();
            out.printf("Picking for %s on port %d%n", folder, port(running.grpcAddress()));
            out.printf("gRPC health on port %d%n", port(running.healthAddress()));
            out.printf("Explanations and metrics on http://localhost:%d%n", port(running.adminAddress()));
            out.flush();
            termination.await();
        }
        return 0;
    }

    private static int port(InetSocketAddress address) {
        return address.getPort();
    }
}
