package dev.sluice.simulator.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Model servers as a process of their own, such as a container of a pod.
@Command(
        name = "simulator",
        description = "Run simulated model servers: vLLM's API, metrics and timing, without a GPU.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SimulatorOptions options;

    private Main() {}

    public static void main(String[] arguments) {
        // Only here: a program that embeds the simulator has a log configuration of its own.
        System.setProperty(LOG_CONFIGURATION, System.getProperty(LOG_CONFIGURATION, "simulator-logback.xml"));
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        ForegroundFleet.serve(
                options.servers(), options.drain(), spec.commandLine().getOut());
        return 0;
    }
}
