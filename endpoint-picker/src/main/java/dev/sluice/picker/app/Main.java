package dev.sluice.picker.app;

import dev.sluice.picker.kube.ClusterResources;
import dev.sluice.picker.model.PoolId;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The picker as a process in a cluster.
@Command(
        name = "endpoint-picker",
        description = "Chooses a model server for each request of an InferencePool.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    @Option(names = "--pool-name", required = true, description = "The InferencePool to serve.")
    private String poolName = "";

    @Option(names = "--pool-namespace", description = "Its namespace.", defaultValue = "default")
    private String poolNamespace = "";

    @Option(
            names = "--secure-serving",
            arity = "0..1",
            fallbackValue = "true",
            description = "TLS on the gRPC port, with a certificate made at start unless --cert-path is given.",
            defaultValue = "true")
    private boolean secureServing;

    @Mixin
    private PickerOptions options;

    @Option(
            names = "--config-file",
            description = "A YAML file that sets any of these options by name, without the dashes; the command line "
                    + "wins, and an unknown name is an error.")
    @SuppressWarnings("unused") // read before the other options are, by ConfigFile
    private @Nullable Path configFile;

    public static void main(String[] args) {
        // Only here: a program that embeds the picker has a log configuration of its own.
        System.setProperty(LOG_CONFIGURATION, System.getProperty(LOG_CONFIGURATION, "endpoint-picker-logback.xml"));
        System.exit(execute(args));
    }

    static int execute(String... args) {
        CommandLine line = new CommandLine(new Main());
        try {
            line.setDefaultValueProvider(ConfigFile.defaults(line.getCommandSpec(), args));
        } catch (IOException | IllegalArgumentException failure) {
            line.getErr().println(failure.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        return line.execute(args);
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
        try (Termination termination = new Termination();
                KubernetesClient client = new KubernetesClientBuilder().build();
                ClusterResources resources = new ClusterResources(client, poolNamespace, poolName);
                Picker picker = Picker.start(config())) {
            AtomicBoolean synced = new AtomicBoolean();
            Runnable publish = () -> {
                if (synced.get()) {
                    picker.publish(resources);
                }
            };
            CompletableFuture<Void> warm = CompletableFuture.runAsync(WarmUp::run);
            resources.start(publish).join();
            warm.join();
            synced.set(true);
            picker.publish(resources);
            termination.await();
        }
        return 0;
    }

    PickerConfig config() {
        return options.config(new PoolId(poolNamespace, poolName), secureServing);
    }
}
