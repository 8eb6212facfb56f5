package dev.sluice.picker.app;

import dev.sluice.picker.app.options.ConfigFile;
import dev.sluice.picker.app.options.EndpointPickerConfig;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.PickerOptions;
import dev.sluice.picker.decision.ScorerWeights;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.kube.ClusterResources;
import dev.sluice.picker.kube.Debouncer;
import dev.sluice.process.Termination;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The picker as a process in a cluster.
@Command(
        name = "endpoint-picker",
        description = "Chooses a model server for each request of its InferencePools.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final Duration PUBLICATION_GAP = Duration.ofMillis(50);
    private static final int WATCH_RETRY_MILLIS = 250;
    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    @Option(
            names = "--pool-name",
            description =
                    "The InferencePool to serve; also the pool of streams that name none. All pools when it is not given.")
    private @Nullable String poolName;

    @Option(
            names = "--pool-namespace",
            description = "The pool's namespace, by default 'default'. Without --pool-name: the namespace whose "
                    + "InferencePools are served, by default all.")
    private @Nullable String poolNamespace;

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
                    + "wins, and an unknown name is an error. Or upstream's EndpointPickerConfig.")
    private @Nullable Path configFile;

    public static void main(String[] args) {
        // Only here: a program that embeds the picker has a log configuration of its own.
        System.setProperty(LOG_CONFIGURATION, System.getProperty(LOG_CONFIGURATION, "endpoint-picker-logback.xml"));
        // gRPC logs by the JDK's loggers: a stack trace at INFO for each connection that speaks something else.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(execute(args));
    }

    public static int execute(String... args) {
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
        PickerConfig config = config();
        try (Termination termination = new Termination();
                KubernetesClient client = client();
                ClusterResources resources =
                        new ClusterResources(client, scope(), config.pools().replicas());
                Picker picker = Picker.start(config);
                Debouncer publication =
                        new Debouncer(PUBLICATION_GAP, picker.supervisor(), () -> picker.publish(resources))) {
            AtomicBoolean synced = new AtomicBoolean();
            CompletableFuture<Void> warm = CompletableFuture.runAsync(WarmUp::run);
            CompletableFuture<Void> known = resources.start(() -> {
                if (synced.get()) {
                    publication.changed();
                }
            });
            var _ = CompletableFuture.allOf(known, warm).thenRun(() -> {
                synced.set(true);
                publication.changed();
            });
            termination.await();
        }
        return 0;
    }

    /// Looks for an API server that went away more often than the client would by itself, which goes up to half a
    /// minute.
    private static KubernetesClient client() {
        return new KubernetesClientBuilder()
                .editOrNewConfig()
                .withWatchReconnectInterval(WATCH_RETRY_MILLIS)
                .endConfig()
                .build();
    }

    PickerConfig config() {
        PoolId usual = poolName == null ? PoolId.NONE : new PoolId(namespaceOfPool(), poolName);
        return options.config(usual, secureServing, configFile == null ? null : weights(configFile));
    }

    private static @Nullable ScorerWeights weights(Path file) {
        try {
            return EndpointPickerConfig.weights(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    ClusterResources.Scope scope() {
        return new ClusterResources.Scope(poolName == null ? poolNamespace : namespaceOfPool(), poolName);
    }

    private String namespaceOfPool() {
        return Objects.requireNonNullElse(poolNamespace, "default");
    }
}
