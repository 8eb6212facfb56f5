package dev.sluice.operator.plan;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings that the gateway must know and no resource says.
///
/// @param picker the picker of every pool; null: each pool's own, as its `endpointPickerRef` says, over TLS
/// @param listenHost the address that listeners bind on an Envoy that does not say which
/// @param ports which port is bound in place of a Gateway's
/// @param accessLog whether each request is logged to the gateway's standard output, as a line of JSON
public record Settings(
        Plan.@Nullable Picker picker, String listenHost, Ports ports, RequestLimits limits, boolean accessLog) {

    /// The ports that are bound in place of a Gateway's.
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

    /// The limits of one request.
    ///
    /// @param receiveTimeout how long a client may take to send it until it gets 408
    /// @param idleTimeout how long it may go on while no byte moves; the last resort against a picker that hangs
    /// @param retryBodyBytes the largest body that is sent again when an endpoint refuses the request
    public record RequestLimits(Duration receiveTimeout, Duration idleTimeout, long retryBodyBytes) {}

    /// The settings for a cluster: every address, ports that need no privilege, each pool's own picker.
    public static Settings defaults() {
        return new Settings(
                null,
                "0.0.0.0",
                new Ports(Map.of(), 10_000),
                new RequestLimits(Duration.ofSeconds(60), Duration.ofMinutes(10), 16L << 20),
                true);
    }

    public Settings withPicker(Plan.Picker picker) {
        return new Settings(picker, listenHost, ports, limits, accessLog);
    }

    public Settings withListenHost(String host) {
        return new Settings(picker, host, ports, limits, accessLog);
    }

    /// Binds these ports in place of a Gateway's, and every other as it is.
    public Settings withListenPorts(Map<Integer, Integer> named) {
        return new Settings(picker, listenHost, new Ports(named, 0), limits, accessLog);
    }

    public Settings withReceiveTimeout(Duration timeout) {
        return withLimits(new RequestLimits(timeout, limits.idleTimeout(), limits.retryBodyBytes()));
    }

    public Settings withIdleTimeout(Duration timeout) {
        return withLimits(new RequestLimits(limits.receiveTimeout(), timeout, limits.retryBodyBytes()));
    }

    public Settings withAccessLog(boolean on) {
        return new Settings(picker, listenHost, ports, limits, on);
    }

    private Settings withLimits(RequestLimits changed) {
        return new Settings(picker, listenHost, ports, changed, accessLog);
    }
}
