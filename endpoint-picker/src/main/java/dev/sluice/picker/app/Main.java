package dev.sluice.picker.app;

import dev.sluice.api.ApiDuration;
import dev.sluice.picker.extproc.ExchangeSettings;
import dev.sluice.picker.kube.ClusterResources;
import dev.sluice.picker.model.PoolId;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The picker as a process in a cluster. Flags carry the names that upstream's picker gave them.
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

    @Option(names = "--grpc-port", description = "Where Envoy finds the external processor.", defaultValue = "9002")
    private int grpcPort;

    @Option(names = "--grpc-health-port", description = "gRPC health without TLS, for probes.", defaultValue = "9003")
    private int healthPort;

    @Option(
            names = "--metrics-port",
            description = "HTTP: /metrics, /explain/{request-id}, /pools, /healthz, /readyz.",
            defaultValue = "9090")
    private int metricsPort;

    @Option(
            names = "--secure-serving",
            arity = "0..1",
            fallbackValue = "true",
            description = "TLS on the gRPC port, with a certificate made at start unless --cert-path is given.",
            defaultValue = "true")
    private boolean secureServing;

    @Option(names = "--cert-path", description = "Folder with tls.crt and tls.key; read again when they change.")
    private @Nullable Path certPath;

    @Option(
            names = "--max-destination-endpoints",
            description = "Endpoints in a destination; more than 1 only for proxies that fall back along a list.",
            defaultValue = "1")
    private int destinationEndpoints;

    @Option(
            names = "--max-request-body-bytes",
            description = "Longer request bodies get 413.",
            defaultValue = "" + PickerConfig.DEFAULT_MAX_BODY_BYTES)
    private long maxBodyBytes;

    @Option(
            names = "--request-body-timeout",
            converter = DurationText.class,
            description = "Request bodies that take longer to arrive get 408.",
            defaultValue = "30s")
    private Duration bodyTimeout = PickerConfig.DEFAULT_BODY_TIMEOUT;

    @Option(
            names = "--drain-timeout",
            converter = DurationText.class,
            description = "How long open streams may take to end after SIGTERM.",
            defaultValue = "30s")
    private Duration drain = PickerConfig.DEFAULT_DRAIN;

    @Option(
            names = "--config-file",
            description = "A YAML file that sets any of these options by name, without the dashes; the command line "
                    + "wins, and an unknown name is an error.")
    @SuppressWarnings("unused") // read before the other options are, by ConfigFile
    private @Nullable Path configFile;

    /// Durations as resources write them: `250ms`, `2s`, `1h30m`.
    private static final class DurationText implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return ApiDuration.parse(text);
        }
    }

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
        CountDownLatch stopped = new CountDownLatch(1);
        try (KubernetesClient client = new KubernetesClientBuilder().build();
                ClusterResources resources = new ClusterResources(client, poolNamespace, poolName);
                Picker picker = Picker.start(config())) {
            AtomicBoolean synced = new AtomicBoolean();
            Runnable publish = () -> {
                if (synced.get()) {
                    picker.publish(resources);
                }
            };
            resources.start(publish).join();
            synced.set(true);
            picker.publish(resources);
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopped, main), "shutdown"));
            stopped.await();
        }
        return 0;
    }

    /// Lets the main thread close everything in order, and the JVM wait for it.
    private static void stop(CountDownLatch stopped, Thread main) {
        stopped.countDown();
        try {
            main.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    PickerConfig config() {
        return new PickerConfig(
                new InetSocketAddress(grpcPort),
                new InetSocketAddress(healthPort),
                new InetSocketAddress(metricsPort),
                tls(),
                new ExchangeSettings(
                        new PoolId(poolNamespace, poolName), maxBodyBytes, bodyTimeout, destinationEndpoints),
                PickerConfig.DEFAULT_PREFIX_ENTRIES,
                PickerConfig.DEFAULT_JOURNAL_BYTES,
                drain);
    }

    private Tls tls() {
        if (!secureServing) {
            return new Tls.Plaintext();
        }
        return certPath == null ? new Tls.SelfSigned() : new Tls.Files(certPath);
    }
}
