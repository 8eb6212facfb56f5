package dev.sluice.picker.extproc.message;

/// Every header, metadata namespace and metadata key that the picker reads or writes, in lower case as HTTP/2 has
/// them.
public final class Headers {
    public static final String METHOD = ":method";
    static final String PATH = ":path";
    static final String STATUS = ":status";
    static final String CONTENT_TYPE = "content-type";
    static final String CONTENT_LENGTH = "content-length";
    static final String CONTENT_ENCODING = "content-encoding";
    static final String ACCEPT_ENCODING = "accept-encoding";
    static final String REQUEST_ID = "x-request-id";
    static final String RETRY_AFTER = "retry-after";
    static final String SCHEME = ":scheme";
    static final String FORWARDED_PROTO = "x-forwarded-proto";
    static final String COOKIE = "cookie";
    static final String SET_COOKIE = "set-cookie";

    /// The token of a session, in requests and responses, for clients that keep no cookies.
    static final String SESSION = "x-sluice-session";

    /// The picked endpoints, `ip:port[,ip:port…]`: as a header for gateways that read it, and as metadata.
    static final String DESTINATION = "x-gateway-destination-endpoint";
    /// The endpoint that the proxy used, in the metadata of the response.
    public static final String SERVED = "x-gateway-destination-endpoint-served";
    /// The endpoints that the proxy allows, in the metadata of the request.
    public static final String SUBSET = "x-gateway-destination-endpoint-subset";
    /// The InferenceObjective that the client names: upstream's name and its older one.
    static final String OBJECTIVE = "x-llm-d-inference-objective";

    static final String OLD_OBJECTIVE = "x-gateway-inference-objective";
    /// Whom the request's work is charged to: upstream's name and its older one.
    static final String FAIRNESS_ID = "x-llm-d-inference-fairness-id";

    static final String OLD_FAIRNESS_ID = "x-gateway-inference-fairness-id";
    /// The latencies that the client asks for, in milliseconds: upstream's names and its older ones.
    static final String SLO_TTFT = "x-llm-d-slo-ttft-ms";

    static final String OLD_SLO_TTFT = "x-slo-ttft-ms";
    static final String SLO_TPOT = "x-llm-d-slo-tpot-ms";
    static final String OLD_SLO_TPOT = "x-slo-tpot-ms";
    /// The model that the engine is to see instead of the body's: upstream's name and its older one.
    static final String MODEL_REWRITE = "x-llm-d-model-name-rewrite";

    static final String OLD_MODEL_REWRITE = "x-gateway-model-name-rewrite";
    static final String AUTHORIZATION = "authorization";

    /// The reason why a request was dropped, by upstream's names.
    static final String DROPPED_REASON = "x-llm-d-request-dropped-reason";

    static final String LB_NAMESPACE = "envoy.lb";
    static final String SUBSET_NAMESPACE = "envoy.lb.subset_hint";

    /// gRPC metadata by which one picker tells its pools apart: `namespace/name`.
    /// As a request header it leads a moved request to its new pool.
    static final String POOL = "x-sluice-pool";
    /// gRPC metadata: the pools that a request may be moved to, `namespace/name[,namespace/name…]`.
    static final String MOVABLE = "x-sluice-movable";
    /// gRPC metadata: the path that the route rewrites the request's to.
    static final String REWRITTEN_PATH = "x-sluice-path";
    /// gRPC metadata: the prefix of the request's path that the route replaces, and by what.
    static final String REWRITTEN_PREFIX = "x-sluice-path-prefix";

    static final String PREFIX_REPLACEMENT = "x-sluice-path-replacement";

    private Headers() {}
}
