package dev.sluice.picker.app;

import dev.sluice.picker.extproc.ExchangeSettings;
import dev.sluice.picker.kube.Replicas;
import dev.sluice.picker.model.ScorerWeights;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Everything a picker is told at its start.
///
/// @param grpc where Envoy finds the external processor, with the gRPC health service beside it
/// @param health where the gRPC health service answers without TLS, for probes
/// @param admin where metrics and explanations are served
/// @param prefixEntries (block, endpoint) pairs that the prefix index holds; eight bytes each
/// @param journalBytes how much memory the last decisions may take
/// @param prometheus what Prometheus servers are shown and believed
/// @param replicas pickers that place requests on the same pools, this one among them
/// @param weights of upstream's scorers, which then compare the endpoints of pools without a policy; null for the usual
/// @param drain how long open streams may take to end once the picker is told to stop
/// @param sessionKeys the file of the keys that sign sessions; null for a key of the process's own
public record PickerConfig(
        InetSocketAddress grpc,
        InetSocketAddress health,
        InetSocketAddress admin,
        Tls tls,
        ExchangeSettings exchange,
        int prefixEntries,
        long journalBytes,
        PrometheusAccess prometheus,
        Replicas replicas,
        @Nullable ScorerWeights weights,
        Duration drain,
        @Nullable Path sessionKeys) {
    public static final int DEFAULT_PREFIX_ENTRIES = 1 << 22;
    public static final long DEFAULT_JOURNAL_BYTES = 64L << 20;
    public static final long DEFAULT_MAX_BODY_BYTES = 32L << 20;
    public static final Duration DEFAULT_BODY_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    /// A picker alone, that shows Prometheus servers no token and believes those that the JVM believes.
    public PickerConfig(
            InetSocketAddress grpc,
            InetSocketAddress health,
            InetSocketAddress admin,
            Tls tls,
            ExchangeSettings exchange,
            int prefixEntries,
            long journalBytes,
            Duration drain) {
        this(
                grpc,
                health,
                admin,
                tls,
                exchange,
                prefixEntries,
                journalBytes,
                PrometheusAccess.NONE,
                Replicas.fixed(1),
                null,
                drain,
                null);
    }

    public PickerConfig withSessionKeys(Path file) {
        return new PickerConfig(
                grpc,
                health,
                admin,
                tls,
                exchange,
                prefixEntries,
                journalBytes,
                prometheus,
                replicas,
                weights,
                drain,
                file);
    }
}
