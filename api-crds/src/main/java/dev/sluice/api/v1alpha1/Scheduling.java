package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The scheduling settings decide how an endpoint is chosen for a request.
public record Scheduling(
        @Default("Cost")
        @JsonPropertyDescription(
                "How endpoints are compared. Cost, the default: the lowest price in predicted milliseconds wins. "
                        + "Weighted: the highest sum of weighted scores, as in the upstream picker. LeastRequest: the fewest "
                        + "requests in flight. RoundRobin and Random: for comparison.")
        SchedulingPolicy policy) {

    public Scheduling(@Nullable SchedulingPolicy policy) {
        this.policy = Objects.requireNonNullElse(policy, SchedulingPolicy.COST);
    }
}
