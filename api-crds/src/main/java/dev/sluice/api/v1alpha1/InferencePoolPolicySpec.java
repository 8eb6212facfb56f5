package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Objects;

/// The spec has what a policy asks for. Everything but `targetRefs` is optional; a pool without a policy has
/// all the defaults.
public record InferencePoolPolicySpec(
        @Required
        @Size(min = 1, max = 16)
        @JsonPropertyDescription(
                "The pools that this policy is for. Of several policies for one pool the oldest counts.")
        List<PolicyTargetRef> targetRefs,

        @JsonPropertyDescription("How the picker chooses an endpoint for a request.")
        Scheduling scheduling,

        @JsonPropertyDescription("Where the picker learns the state of the endpoints.")
        Signals signals,

        @JsonPropertyDescription(
                "Whether requests wait in the picker while the pool is saturated, how long and how many.")
        Admission admission,

        @Default("Full")
        @JsonPropertyDescription(
                "What of a response passes through the picker. Full, the default: all of it, so that "
                        + "tokens are counted and the client's model name is put back. Headers: only its headers and its end, "
                        + "which costs 15 to 20 % less of the gateway's throughput and lets streams outlive a picker's restart.")
        ResponseProcessing responseProcessing,

        @Default("false")
        @JsonPropertyDescription("Whether the picker asks engines for the token counts of every stream, by "
                + "stream_options.include_usage of OpenAI's chat completions and completions. Where the client did not "
                + "ask, the event with the counts is taken out again. It needs responseProcessing Full. The default is "
                + "false.")
        Boolean requestUsage,

        @Size(max = 16)
        @JsonPropertyDescription(
                "The accelerators of the pool's pods, for clusters without a DCGM exporter. The first entry that "
                        + "matches a pod counts; the speed of a pod that no entry matches is learned from its latencies alone.")
        List<Accelerator> accelerators,

        @JsonPropertyDescription("Which gateway brings requests to the pool.")
        PoolGateway gateway) {

    /// The defaults hold for a pool without a policy.
    public static final InferencePoolPolicySpec DEFAULTS = new InferencePoolPolicySpec(
            List.of(),
            new Scheduling(null),
            Signals.DEFAULTS,
            Admission.DEFAULTS,
            ResponseProcessing.FULL,
            false,
            List.of(),
            new PoolGateway(null, null));

    public InferencePoolPolicySpec {
        targetRefs = targetRefs == null ? List.of() : List.copyOf(targetRefs);
        scheduling = scheduling == null ? new Scheduling(null) : scheduling;
        signals = signals == null ? Signals.DEFAULTS : signals;
        admission = admission == null ? Admission.DEFAULTS : admission;
        responseProcessing = Objects.requireNonNullElse(responseProcessing, ResponseProcessing.FULL);
        requestUsage = Objects.requireNonNullElse(requestUsage, false);
        accelerators = accelerators == null ? List.of() : List.copyOf(accelerators);
        gateway = gateway == null ? new PoolGateway(null, null) : gateway;
    }
}
