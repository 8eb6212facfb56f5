package dev.sluice.operator.manifest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The names and labels by which Sluice knows what is its own.
public final class Names {

    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String SLUICE = "sluice";

    /// The namespace of the installation that an object belongs to: two in one cluster leave each other's alone.
    public static final String INSTALLATION = "sluice.dev/installation";

    /// The endpoint picker's name, where there is one for many pools; its ServiceAccount and ClusterRole are the
    /// chart's.
    public static final String PICKER = "sluice-endpoint-picker";

    /// The Secret with the keys by which the pickers of a namespace sign sessions, and its one entry.
    public static final String SESSION_KEYS = "sluice-session-keys";

    public static final String SESSION_KEYS_ENTRY = "keys";

    public static final String NAME = "app.kubernetes.io/name";
    static final String GATEWAY = "gateway.networking.k8s.io/gateway-name";
    /// Of what works for one pool; on a Service with a port of the picker's, that pool.
    static final String POOL = "sluice.dev/pool";

    /// The characters that a Service's name and a label's value may have.
    private static final int LONGEST = 63;

    private static final int HASH_BYTES = 4;

    private Names() {}

    /// Of the Envoy of the Gateway with that name, and of all that belongs to it.
    public static String envoy(String gateway) {
        return label("sluice-" + gateway);
    }

    /// The name itself where it is short enough to be a label; otherwise its beginning, and a hash that tells it from
    /// others.
    static String label(String name) {
        if (name.length() <= LONGEST && name.indexOf('.') < 0) {
            return name;
        }
        String hash = hash(name).substring(0, 2 * HASH_BYTES);
        String start = name.replace('.', '-');
        return start.substring(0, Math.min(start.length(), LONGEST - hash.length() - 1)) + "-" + hash;
    }

    static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
