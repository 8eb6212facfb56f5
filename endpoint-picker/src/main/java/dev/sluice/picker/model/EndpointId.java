package dev.sluice.picker.model;

import static java.util.Objects.requireNonNull;

/// One model server: the pod it runs in and the address Envoy reaches it at.
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
