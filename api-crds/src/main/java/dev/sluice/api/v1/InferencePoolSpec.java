package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The spec has what the owner of a pool wants: which pods, on which ports, chosen by which picker.
public record InferencePoolSpec(
        @Required
        @JsonPropertyDescription(
                "Which pods of the pool's own namespace are its members. Shaped like a Service's selector.")
        PodSelector selector,

        @Required
        @Size(min = 1, max = 8)
        @ValidationRule(
                value = "self.all(p1, self.exists_one(p2, p1.number==p2.number))",
                message = "port number must be unique")
        @JsonPropertyDescription(
                "The ports that member pods serve on. Each port of each pod is an endpoint of its own.")
        List<Port> targetPorts,

        @Default("http")
        @JsonPropertyDescription("How to speak to the endpoints: \"http\" is HTTP/1.1, the default; "
                + "\"kubernetes.io/h2c\" is HTTP/2 without TLS.")
        AppProtocol appProtocol,

        @JsonPropertyDescription("The endpoint picker that chooses an endpoint for each request to this pool.")
        @Nullable
        EndpointPickerRef endpointPickerRef) {

    public InferencePoolSpec {
        targetPorts = targetPorts == null ? List.of() : List.copyOf(targetPorts);
        appProtocol = Objects.requireNonNullElse(appProtocol, AppProtocol.HTTP);
    }
}
