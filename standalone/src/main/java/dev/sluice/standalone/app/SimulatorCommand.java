package dev.sluice.standalone.app;

import dev.sluice.simulator.app.ForegroundFleet;
import dev.sluice.simulator.app.SimulatorOptions;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.standalone.fleet.SimulatedServers;
import dev.sluice.standalone.folder.Folder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice simulator`: model servers without GPUs, also those that a folder of YAML names, until they are stopped.
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

    @Mixin
    private SimulatorOptions options;

    @Override
    public Integer call() throws Exception {
        List<ServerConfig> servers =
                folder == null ? options.servers() : SimulatedServers.of(Folder.read(folder), options.streamInterval());
        ForegroundFleet.serve(servers, options.drain(), spec.commandLine().getOut());
        return 0;
    }
}
