package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The exporter describes the pods' GPUs.
public record DcgmExporter(
        @Default("Node")
        @JsonPropertyDescription(
                "Where NVIDIA's DCGM exporter runs. Node, the default: an exporter on each node, at the node's "
                        + "address; its series name the pod. Sidecar: an exporter in each pod; its GPUs are all the pod's. "
                        + "None: no exporter is read.")
        ExporterPlacement exporter,

        @Default("9400") @Min(1) @Max(65_535) @JsonPropertyDescription("The exporter's port. The default is 9400.")
        Integer port,

        @Default("5s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The interval at which the exporter is read. The default is 5s; the exporter itself looks at its GPUs "
                        + "every 30s unless it is told otherwise.")
        String interval) {

    /// The placement of an exporter.
    public enum ExporterPlacement {
        @JsonProperty("Node")
        NODE,
        @JsonProperty("Sidecar")
        SIDECAR,
        @JsonProperty("None")
        NONE
    }

    public DcgmExporter(@Nullable ExporterPlacement exporter, @Nullable Integer port, @Nullable String interval) {
        this.exporter = Objects.requireNonNullElse(exporter, ExporterPlacement.NODE);
        this.port = Objects.requireNonNullElse(port, 9_400);
        this.interval = Objects.requireNonNullElse(interval, "5s");
    }
}
