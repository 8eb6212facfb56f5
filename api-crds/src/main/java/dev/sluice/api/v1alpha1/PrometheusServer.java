package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A Prometheus server that knows the state of the endpoints.
public record PrometheusServer(
        @Required
        @Size(max = 2_048)
        @Pattern("^https?://.+$")
        @JsonPropertyDescription("The server's address, without /api/v1.")
        String url,

        @Default("1s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The interval of each query; a query asks for all endpoints together. The default is 1s.")
        String interval,

        @Default("30s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription("The age from which a sample no longer counts; it should be more than twice the "
                + "server's scrape interval. The default is 30s.")
        String staleness,

        @Default("pod")
        @Size(min = 1, max = 128)
        @JsonPropertyDescription("The label that holds the pod's name, where the label instance is not the endpoint's "
                + "own address. The default is pod.")
        String podLabel,

        @JsonPropertyDescription("The queries in PromQL; the defaults are for vLLM.")
        PrometheusQueries queries) {

    public PrometheusServer(
            String url,
            @Nullable String interval,
            @Nullable String staleness,
            @Nullable String podLabel,
            @Nullable PrometheusQueries queries) {
        this.url = url;
        this.interval = Objects.requireNonNullElse(interval, "1s");
        this.staleness = Objects.requireNonNullElse(staleness, "30s");
        this.podLabel = Objects.requireNonNullElse(podLabel, "pod");
        this.queries = Objects.requireNonNullElse(queries, PrometheusQueries.DEFAULTS);
    }
}
