package dev.sluice.picker.http;

import dev.sluice.picker.identity.EndpointId;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/// A server of HTTP: scheme, host and port, as RFC 9110 has them.
///
/// @param host a name or an IP address, without brackets
public record Origin(boolean https, String host, int port) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MOST_PORT = 65_535;

    public Origin {
        if (port < 0 || port > MOST_PORT) {
            throw new IllegalArgumentException("a port lies between 0 and " + MOST_PORT + ": " + port);
        }
    }

    /// The server of an endpoint's pod that listens on `port`.
    public static Origin of(EndpointId endpoint, int port) {
        return new Origin(false, endpoint.ip(), port);
    }

    /// @throws IllegalArgumentException when the address is not HTTP or names no host
    public static Origin of(URI address) {
        String scheme = Objects.requireNonNullElse(address.getScheme(), "").toLowerCase(Locale.ROOT);
        boolean https = scheme.equals("https");
        if (address.getHost() == null || !(https || scheme.equals("http"))) {
            throw new IllegalArgumentException("an address needs http or https and a host: " + address);
        }
        String host = address.getHost();
        boolean bracketed = host.startsWith("[");
        return new Origin(
                https,
                bracketed ? host.substring(1, host.length() - 1) : host,
                address.getPort() >= 0 ? address.getPort() : defaultPort(https));
    }

    private static int defaultPort(boolean https) {
        return https ? HTTPS_PORT : HTTP_PORT;
    }

    /// The value of the `Host` header.
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == defaultPort(https) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return (https ? "https://" : "http://") + authority();
    }
}
