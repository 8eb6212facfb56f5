package dev.sluice.picker.identity;

import static java.util.Objects.requireNonNull;

/// The identity of a model server: its pod, and the address at which Envoy reaches it.
///
/// A pod with several target ports is several endpoints.
public record EndpointId(String pod, String ip, int port) {
    public EndpointId {
        requireNonNull(pod, "pod is null");
        requireNonNull(ip, "ip is null");
    }

    /// `ip:port`, with brackets around an IPv6 address: the form of the destination header.
    public String address() {
        return ip.indexOf(':') >= 0 ? "[" + ip + "]:" + port : ip + ":" + port;
    }

    @Override
    public String toString() {
        return pod + "@" + address();
    }
}
