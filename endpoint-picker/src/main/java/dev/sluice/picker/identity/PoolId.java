package dev.sluice.picker.identity;

import static java.util.Objects.requireNonNull;

/// The name of an InferencePool in its namespace.
public record PoolId(String namespace, String name) {
    /// The pool of a stream that names none, where no default pool is set.
    public static final PoolId NONE = new PoolId("", "");

    public PoolId {
        requireNonNull(namespace, "namespace is null");
        requireNonNull(name, "name is null");
    }

    /// Parses `namespace/name`, the form in which Envoy names a pool to the picker.
    public static PoolId parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            throw new IllegalArgumentException("not a namespace/name: " + text);
        }
        return new PoolId(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
