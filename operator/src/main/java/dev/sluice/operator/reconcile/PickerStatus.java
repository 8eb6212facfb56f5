package dev.sluice.operator.reconcile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The status that one picker reports of its pools, as it stands on its `/status` page.
@JsonIgnoreProperties(ignoreUnknown = true)
record PickerStatus(List<ReportedPool> pools) {

    PickerStatus(@Nullable List<ReportedPool> pools) {
        this.pools = List.copyOf(Objects.requireNonNullElse(pools, List.of()));
    }

    /// @param endpoints how many are ready
    /// @param serves the names that its servers list
    @JsonIgnoreProperties(ignoreUnknown = true)
    record ReportedPool(
            String namespace,
            String name,
            int endpoints,
            double saturation,
            List<String> serves,
            List<ReportedModel> models) {

        ReportedPool(
                String namespace,
                String name,
                int endpoints,
                double saturation,
                @Nullable List<String> serves,
                @Nullable List<ReportedModel> models) {
            this.namespace = namespace;
            this.name = name;
            this.endpoints = endpoints;
            this.saturation = saturation;
            this.serves = List.copyOf(Objects.requireNonNullElse(serves, List.of()));
            this.models = List.copyOf(Objects.requireNonNullElse(models, List.of()));
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ReportedModel(String name, List<ReportedTarget> targets) {

        ReportedModel(String name, @Nullable List<ReportedTarget> targets) {
            this.name = name;
            this.targets = List.copyOf(Objects.requireNonNullElse(targets, List.of()));
        }
    }

    /// @param requests since the picker started
    @JsonIgnoreProperties(ignoreUnknown = true)
    record ReportedTarget(String target, int endpoints, long requests) {}
}
