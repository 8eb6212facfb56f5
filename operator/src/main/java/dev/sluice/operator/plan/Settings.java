package dev.sluice.operator.plan;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the gateway must know and no resource says.
///
/// @param picker the picker of every pool; null: each pool's own, as its `endpointPickerRef` says, over TLS
/// @param listenHost the address that listeners bind
/// @param listenPorts the port that is bound in place of a Gateway's; ports that are absent are bound as they are
/// @param receiveTimeout how long a client may take to send a request until it gets 408
/// @param idleTimeout how long a request may go on while no byte moves; the last resort against a picker that hangs
/// @param retryBodyBytes the largest body that is sent again when an endpoint refuses a request
/// @param accessLog whether each request is logged to the gateway's standard output, as a line of JSON
public record Settings(
        Plan.@Nullable Picker picker,
        String listenHost,
        Map<Integer, Integer> listenPorts,
        Duration receiveTimeout,
        Duration idleTimeout,
        long retryBodyBytes,
        boolean accessLog) {

    public Settings {
        listenPorts = Map.copyOf(listenPorts);
    }

    /// The settings for a cluster: every address, the Gateways' own ports, each pool's own picker.
    public static Settings defaults() {
        return new Settings(null, "0.0.0.0", Map.of(), Duration.ofSeconds(60), Duration.ofMinutes(10), 16L << 20, true);
    }

    public Settings withPicker(Plan.Picker picker) {
        return new Settings(picker, listenHost, listenPorts, receiveTimeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withListenHost(String host) {
        return new Settings(picker, host, listenPorts, receiveTimeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withListenPorts(Map<Integer, Integer> ports) {
        return new Settings(picker, listenHost, ports, receiveTimeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withReceiveTimeout(Duration timeout) {
        return new Settings(picker, listenHost, listenPorts, timeout, idleTimeout, retryBodyBytes, accessLog);
    }

    public Settings withIdleTimeout(Duration timeout) {
        return new Settings(picker, listenHost, listenPorts, receiveTimeout, timeout, retryBodyBytes, accessLog);
    }

    public Settings withAccessLog(boolean on) {
        return new Settings(picker, listenHost, listenPorts, receiveTimeout, idleTimeout, retryBodyBytes, on);
    }
}
