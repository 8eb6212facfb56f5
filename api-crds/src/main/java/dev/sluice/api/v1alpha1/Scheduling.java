package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How an endpoint is chosen for a request.
public record Scheduling(
        @Default("Cost")
        @JsonPropertyDescription("Cost, the default: the endpoint with the lowest predicted time. Weighted: the sum of "
                + "weighted scores, as the upstream picker does it. LeastRequest: the fewest requests in flight. "
                + "RoundRobin and Random: for comparison.")
        SchedulingPolicy policy) {

    public Scheduling(@Nullable SchedulingPolicy policy) {
        this.policy = Objects.requireNonNullElse(policy, SchedulingPolicy.COST);
    }
}
