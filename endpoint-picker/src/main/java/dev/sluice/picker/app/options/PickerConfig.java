package dev.sluice.picker.app.options;

import dev.sluice.picker.decision.ScorerWeights;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.kube.Replicas;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Everything that a picker is told at its start.
///
/// @param listeners where the picker is reached
/// @param exchange how it talks with Envoy
/// @param shutdown how it ends once it is told to
public record PickerConfig(
        Listeners listeners,
        ExchangeSettings exchange,
        Memory memory,
        PoolDefaults pools,
        Secrets secrets,
        Shutdown shutdown) {
    public static final long DEFAULT_MAX_BODY_BYTES = 32L << 20;
    public static final int DEFAULT_BODY_PERCENT = 30;
    public static final Duration DEFAULT_BODY_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    private static final int MOST_BODY_PERCENT = 80;

    /// A picker alone, without secrets.
    public PickerConfig(Listeners listeners, ExchangeSettings exchange, Memory memory, Shutdown shutdown) {
        this(listeners, exchange, memory, PoolDefaults.ALONE, Secrets.NONE, shutdown);
    }

    /// The addresses at which a picker is reached.
    ///
    /// @param grpc the external processor, with the gRPC health service beside it
    /// @param health the gRPC health service without TLS, for probes
    /// @param admin metrics and explanations
    /// @param tls of `grpc`
    public record Listeners(InetSocketAddress grpc, InetSocketAddress health, InetSocketAddress admin, Tls tls) {}

    /// The end of a picker in order.
    ///
    /// @param delay for which new streams are still taken while health checks already fail: Envoys have to
    ///     find that out, or be told by the operator, before the listeners close
    /// @param drain how long open streams may take to end after that
    public record Shutdown(Duration delay, Duration drain) {
        /// An end without delay.
        public static Shutdown within(Duration drain) {
            return new Shutdown(Duration.ZERO, drain);
        }
    }

    /// The memory of a picker's stores.
    ///
    /// @param prefixEntries (block, endpoint) pairs in the prefix index; eight bytes each
    /// @param journalBytes of the last decisions
    /// @param bodyPercent of the heap, which request bodies may take together
    public record Memory(int prefixEntries, long journalBytes, int bodyPercent) {
        public static final Memory DEFAULT = new Memory(1 << 22, 64L << 20);

        /// With the usual share for request bodies.
        public Memory(int prefixEntries, long journalBytes) {
            this(prefixEntries, journalBytes, DEFAULT_BODY_PERCENT);
        }

        /// With another share for request bodies.
        Memory withBodyPercent(int percent) {
            return new Memory(prefixEntries, journalBytes, percent);
        }

        public Memory {
            if (bodyPercent < 1 || bodyPercent > MOST_BODY_PERCENT) {
                throw new IllegalArgumentException(
                        "bodyPercent must be from 1 to " + MOST_BODY_PERCENT + ": " + bodyPercent);
            }
        }
    }

    /// Settings that hold of all pools.
    ///
    /// @param replicas pickers that place requests on the same pools, this one among them
    /// @param weights of upstream's scorers, which then compare the endpoints of pools without a
    ///     policy; null for the usual policy
    public record PoolDefaults(Replicas replicas, @Nullable ScorerWeights weights) {
        /// The defaults of a picker that is alone and has the usual policy.
        public static final PoolDefaults ALONE = new PoolDefaults(Replicas.fixed(1), null);
    }

    /// The secrets and certificates of a picker.
    ///
    /// @param prometheus what Prometheus servers are shown and believed
    /// @param sessionKeys the file of the keys that sign sessions; null for a key of the process's own
    public record Secrets(
            PrometheusAccess prometheus, @Nullable Path sessionKeys) {
        /// No token for Prometheus servers, the JVM's certificates, and a session key of the process's own.
        public static final Secrets NONE = new Secrets(PrometheusAccess.NONE, null);
    }
}
