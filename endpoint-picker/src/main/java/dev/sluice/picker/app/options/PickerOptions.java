package dev.sluice.picker.app.options;

import dev.sluice.api.ApiDuration;
import dev.sluice.picker.decision.ScorerWeights;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.kube.Replicas;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// The options of every command that runs a picker. Flags carry the names that upstream's picker gave them.
public final class PickerOptions {
    @Option(
            names = "--bind-address",
            description = "The address of all three ports; every address of the machine when it is not given.")
    private @Nullable String bindAddress;

    @Option(
            names = "--grpc-port",
            description = "The port of the external processor, for Envoy.",
            defaultValue = "9002")
    private int grpcPort;

    @Option(
            names = "--grpc-health-port",
            description = "The port of gRPC health without TLS, for probes.",
            defaultValue = "9003")
    private int healthPort;

    @Option(
            names = "--metrics-port",
            description = "The HTTP port: /metrics, /explain/{request-id}, /pools, /rates, /status, /healthz, /readyz.",
            defaultValue = "9090")
    private int metricsPort;

    @Option(
            names = "--cert-path",
            description = "The folder with tls.crt and tls.key; they are read again when they change.")
    private @Nullable Path certPath;

    @Option(
            names = "--max-destination-endpoints",
            description =
                    "The most endpoints in a destination; more than 1 only for proxies that fall back along a list.",
            defaultValue = "1")
    private int destinationEndpoints;

    @Option(
            names = "--max-request-body-bytes",
            description = "The greatest size of a request body; a longer one gets 413.",
            defaultValue = "" + PickerConfig.DEFAULT_MAX_BODY_BYTES)
    private long maxBodyBytes;

    @Option(
            names = "--request-body-heap-percent",
            description = "The most that all request bodies may take of the heap, in percent; others are not read "
                    + "meanwhile, and get 503 after a while.",
            defaultValue = "" + PickerConfig.DEFAULT_BODY_PERCENT)
    private int bodyPercent = PickerConfig.DEFAULT_BODY_PERCENT;

    @Option(
            names = "--request-body-timeout",
            converter = DurationText.class,
            description = "The longest time in which a request body arrives; a slower one gets 408.",
            defaultValue = "30s")
    private Duration bodyTimeout = PickerConfig.DEFAULT_BODY_TIMEOUT;

    @Option(
            names = "--shutdown-delay",
            converter = DurationText.class,
            description =
                    "The time after SIGTERM in which new streams are still taken, while health checks fail: for Envoys to find out.",
            defaultValue = "0s")
    private Duration shutdownDelay = Duration.ZERO;

    @Option(
            names = "--drain-timeout",
            converter = DurationText.class,
            description = "The longest time that open streams may take to end after SIGTERM and --shutdown-delay.",
            defaultValue = "30s")
    private Duration drain = PickerConfig.DEFAULT_DRAIN;

    @Option(
            names = "--replicas",
            description = "The number of pickers that place requests on the same pools, this picker included.",
            defaultValue = "1")
    private int replicas = 1;

    @Option(
            names = "--replica-selector",
            split = ",",
            paramLabel = "LABEL=VALUE",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "The labels of all pickers' pods: the ready pods in $POD_NAMESPACE are counted, instead of "
                    + "--replicas. Only in a cluster.")
    private Map<String, String> replicaSelector = Map.of();

    @Option(
            names = "--test-hooks",
            arity = "0..1",
            fallbackValue = "true",
            description = "For conformance tests only: clients may choose endpoints by test-epp-endpoint-selection.",
            defaultValue = "false")
    private boolean testHooks;

    /// Upstream's picker has it, and the conformance tests' manifests set it.
    @Option(names = "--zap-encoder", hidden = true)
    @SuppressWarnings("unused")
    private @Nullable String zapEncoder;

    @Option(
            names = "--prometheus-url",
            description = "The only Prometheus server that gets the bearer token; policies that name another get none.")
    private @Nullable URI prometheusUrl;

    @Option(
            names = "--prometheus-token-file",
            description = "The file with the bearer token for --prometheus-url; it is read for each request.")
    private @Nullable Path prometheusTokenFile;

    @Option(
            names = "--prometheus-ca-file",
            description = "The certificates in PEM that Prometheus servers are checked against, instead of the JVM's.")
    private @Nullable Path prometheusCaFile;

    @Option(
            names = "--session-key-file",
            description =
                    "Keys that sign sessions, one a line of at least 32 characters: the first signs, all verify. "
                            + "Read again when it changes. All replicas need the same; without it sessions end with the process.")
    private @Nullable Path sessionKeys;

    /// Durations as resources write them: `250ms`, `2s`, `1h30m`.
    private static final class DurationText implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return ApiDuration.parse(text);
        }
    }

    /// @param defaultPool the pool of streams that name none
    /// @param secure whether the gRPC port has TLS
    public PickerConfig config(PoolId defaultPool, boolean secure) {
        return config(defaultPool, secure, null);
    }

    /// @param weights of upstream's scorers, for pools without a policy
    public PickerConfig config(PoolId defaultPool, boolean secure, @Nullable ScorerWeights weights) {
        return new PickerConfig(
                new PickerConfig.Listeners(
                        address(grpcPort),
                        address(healthPort),
                        address(metricsPort),
                        secure ? tls() : new Tls.Plaintext()),
                new ExchangeSettings(defaultPool, maxBodyBytes, bodyTimeout, destinationEndpoints, testHooks),
                PickerConfig.Memory.DEFAULT.withBodyPercent(bodyPercent),
                new PickerConfig.PoolDefaults(replicas(), weights),
                new PickerConfig.Secrets(
                        new PrometheusAccess(prometheusUrl, prometheusTokenFile, prometheusCaFile), sessionKeys),
                new PickerConfig.Shutdown(shutdownDelay, drain));
    }

    private InetSocketAddress address(int port) {
        return bindAddress == null ? new InetSocketAddress(port) : new InetSocketAddress(bindAddress, port);
    }

    private Replicas replicas() {
        String namespace = System.getenv().getOrDefault("POD_NAMESPACE", "default");
        return new Replicas(replicas, namespace, replicaSelector);
    }

    private Tls tls() {
        return certPath == null ? new Tls.SelfSigned() : new Tls.Files(certPath);
    }
}
