package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Names;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The report of one gateway about a pool.
public record ParentStatus(
        @Size(max = 8)
        @JsonPropertyDescription("Known types are Accepted (the gateway routes to this pool), ResolvedRefs (what the "
                + "pool refers to exists) and Exported (other clusters see it).")
        List<Condition> conditions,

        @Required @JsonPropertyDescription("The gateway that this entry is about.")
        ParentReference parentRef,

        @Size(min = 1, max = 253)
        @Pattern(Names.CONTROLLER)
        @JsonPropertyDescription(
                "The controller that wrote this entry: the GatewayClass's controllerName, DOMAIN/PATH.")
        @Nullable
        String controllerName) {

    public ParentStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
