package dev.sluice.operator.envoy;

import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;

/// The names that the endpoint picker protocol gives to headers and to metadata.
final class Metadata {

    static final String NAMESPACE = "envoy.lb";
    static final String SUBSET_NAMESPACE = "envoy.lb.subset_hint";
    static final String DESTINATION = "x-gateway-destination-endpoint";
    static final String SERVED = "x-gateway-destination-endpoint-served";

    /// Tells a picker that serves many pools which one a request is for.
    /// In its answer it names the one that the request moves to.
    static final String POOL = "x-sluice-pool";

    /// Tells a picker to which other pools it may move a request, with commas between them.
    static final String MOVABLE = "x-sluice-movable";

    /// Tells a picker the path that a route rewrites a request's to, which Envoy does after it has asked.
    static final String PATH = "x-sluice-path";

    /// Tells a picker the prefix of a request's path that a route replaces, and by what.
    static final String PATH_PREFIX = "x-sluice-path-prefix";

    static final String PATH_REPLACEMENT = "x-sluice-path-replacement";

    private Metadata() {}

    static MetadataKey key(String name) {
        return MetadataKey.newBuilder()
                .setKey(NAMESPACE)
                .addPath(MetadataKey.PathSegment.newBuilder().setKey(name))
                .build();
    }
}
