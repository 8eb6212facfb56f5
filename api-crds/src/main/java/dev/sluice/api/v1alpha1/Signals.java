package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The sources from which the state of a pool's endpoints is learned.
public record Signals(
        @Default("50ms")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The interval at which each endpoint's metrics are read. The default is 50ms, and the least is 10ms.")
        String pollInterval,

        @Default("2s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription("The age from which metrics no longer count as the endpoint's state. Stale metrics "
                + "never stop traffic. The default is 2s.")
        String staleness,

        @Default("true")
        @JsonPropertyDescription("Whether endpoints without work are read less often: at twice the interval, then four "
                + "times, up to a quarter of the staleness and at most 1s. A request that is placed on such an "
                + "endpoint has it read at once. The default is true.")
        Boolean adaptivePolling,

        @JsonPropertyDescription(
                "How the picker learns which endpoints serve which LoRA adapters, in a pool whose InferenceModels "
                        + "name adapters. An endpoint that does not serve an adapter gets no request for it, and goes on "
                        + "serving all other requests.")
        AdapterHealth adapterHealth,

        @JsonPropertyDescription(
                "Where the picker reads the pods' GPUs: their model, whether they are held back, whether they have "
                        + "failed.")
        DcgmExporter dcgm,

        @Nullable @JsonPropertyDescription("The Prometheus server that is asked instead of the pods and the exporters.")
        PrometheusServer prometheus,

        @JsonPropertyDescription(
                "The ports at which engines publish which blocks they cache. When absent, no events are followed, and "
                        + "the picker knows approximately what endpoints have cached.")
        @Nullable
        KvEvents kvEvents) {

    /// The defaults.
    public static final Signals DEFAULTS = new Signals(null, null, null, null, null, null, null);

    public Signals(
            @Nullable String pollInterval,
            @Nullable String staleness,
            @Nullable Boolean adaptivePolling,
            @Nullable AdapterHealth adapterHealth,
            @Nullable DcgmExporter dcgm,
            @Nullable PrometheusServer prometheus,
            @Nullable KvEvents kvEvents) {
        this.kvEvents = kvEvents;
        this.pollInterval = Objects.requireNonNullElse(pollInterval, "50ms");
        this.staleness = Objects.requireNonNullElse(staleness, "2s");
        this.adaptivePolling = Objects.requireNonNullElse(adaptivePolling, true);
        this.adapterHealth = adapterHealth == null ? new AdapterHealth(null, null, null) : adapterHealth;
        this.dcgm = Objects.requireNonNullElse(dcgm, new DcgmExporter(null, null, null));
        this.prometheus = prometheus;
    }
}
