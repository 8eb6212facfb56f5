package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Names;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The reference tells where the endpoint picker of a pool is, and what to do without it.
@ValidationRule(
        value = "self.kind != 'Service' || has(self.port)",
        message = "port is required when kind is 'Service' or unspecified (defaults to 'Service')")
public record EndpointPickerRef(
        @Default("")
        @Size(min = 0, max = 253)
        @Pattern(Names.GROUP)
        @JsonPropertyDescription("The API group of the referent; empty, the default, is the core group.")
        String group,

        @Default("Service")
        @Size(min = 1, max = 63)
        @Pattern(Names.KIND)
        @JsonPropertyDescription("The kind of the referent; the default is Service. A Service of type ExternalName is "
                + "refused: nothing guarantees that the name it points to is in the cluster.")
        String kind,

        @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The name of the referent, in the pool's own namespace.")
        String name,

        @JsonPropertyDescription(
                "The port of the Service (not of its pods) that speaks ext_proc. Required for a Service.")
        @Nullable
        Port port,

        @Default("FailClose")
        @JsonPropertyDescription("What happens to requests while the picker cannot be reached: FailClose, the default, "
                + "answers them with 503; FailOpen lets the gateway choose an endpoint by itself.")
        FailureMode failureMode) {

    public EndpointPickerRef {
        group = Objects.requireNonNullElse(group, "");
        kind = Objects.requireNonNullElse(kind, "Service");
        failureMode = Objects.requireNonNullElse(failureMode, FailureMode.FAIL_CLOSE);
    }
    /// The reference names a Service of the core group: no other kind is known.
    public boolean namesService() {
        return group.isEmpty() && kind.equals("Service");
    }
}
