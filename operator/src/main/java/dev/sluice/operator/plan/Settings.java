package dev.sluice.operator.plan;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the gateway must know and no resource says.
///
/// @param picker the picker of every pool; null: each pool's own, as its `endpointPickerRef` says, over TLS
/// @param listenHost the address that listeners bind on an Envoy that does not say which
/// @param ports which port is bound in place of a Gateway's
/// @param receiveTimeout how long a client may take to send a request until it gets 408
/// @param idleTimeout how long a request may go on while no byte moves; the last resort against a picker that hangs
/// @param retryBodyBytes the largest body that is sent again when an endpoint refuses a request
/// @param accessLog whether each request is logged to the gateway's standard output, as a line of JSON
public record Settings(
        Plan.@Nullable Picker picker,
        String listenHost,
        Ports ports,
        Duration receiveTimeout,
        Duration idleTimeout,
        long retryBodyBytes,
        boolean accessLog) {

    /// Which port is bound in place of a Gateway's.
    ///
    /// @param named the ports that are bound in place of these
    /// @param privilegedOffset what is added to all others below 1024, which only a privileged process may bind
    public record Ports(Map<Integer, Integer> named, int privilegedOffset) {

        private static final int FIRST_UNPRIVILEGED = 1024;

        public Ports {
            named = Map.copyOf(named);
        }

        public int bound(int port) {
            return named.getOrDefault(port, port < FIRST_UNPRIVILEGED ? port + privilegedOffset : port);
        }
    }

    /// The settings for a cluster: every address, ports that need no privilege, each pool's own picker.
    public static Settings defaults() {
        return new Settings(
                null,
                "0.0.0.0",
                new Ports(Map.of(), 10_000),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                16L << 20,
                true);
    }

    public Settings withPicker(Plan.Picker picker) {
        return new Settings(picker, listenHost, ports, receiveTimeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withListenHost(String host) {
        return new Settings(picker, host, ports, receiveTimeout, idleTimeout, retryBodyBytes, accessLog);
    }

    /// Binds these ports in place of a Gateway's, and every other as it is.
    public Settings withListenPorts(Map<Integer, Integer> named) {
        return new Settings(
                picker, listenHost, new Ports(named, 0), receiveTimeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withReceiveTimeout(Duration timeout) {
        return new Settings(picker, listenHost, ports, timeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withIdleTimeout(Duration timeout) {
        return new Settings(picker, listenHost, ports, receiveTimeout, timeout, retryBodyBytes, accessLog);
    }

    public Settings withAccessLog(boolean on) {
        return new Settings(picker, listenHost, ports, receiveTimeout, idleTimeout, retryBodyBytes, on);
    }
}
