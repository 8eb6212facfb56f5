package dev.sluice.operator.plan;

/// The HTTP request by which the kubelet tells an Envoy that its pod is to end, and that is answered once it has
/// drained.
///
/// It is open to all who reach the port of probes, so that it needs a token, which the pod has as a variable of its
/// environment.
public final class DrainHook {

    public static final String PATH = "/drain";

    public static final String TOKEN_HEADER = "x-sluice-drain-token";

    public static final String TOKEN_VARIABLE = "SLUICE_DRAIN_TOKEN";

    /// The milliseconds until the answer, as Envoy's fault filter reads them.
    public static final String DELAY_HEADER = "x-envoy-fault-delay-request";

    private DrainHook() {}
}
