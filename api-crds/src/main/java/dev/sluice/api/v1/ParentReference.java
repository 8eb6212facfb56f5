package dev.sluice.api.v1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Names;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The gateway that a status entry is about.
public record ParentReference(
        @Default("gateway.networking.k8s.io")
        @Size(min = 0, max = 253)
        @Pattern(Names.GROUP)
        @JsonPropertyDescription("The API group of the parent.")
        String group,

        @Default("Gateway")
        @Size(min = 1, max = 63)
        @Pattern(Names.KIND)
        @JsonPropertyDescription("The kind of the parent.")
        String kind,

        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("The name of the parent.")
        String name,

        @Size(min = 1, max = 63)
        @Pattern(Names.DNS_LABEL)
        @JsonPropertyDescription("The namespace of the parent; the pool's own when absent.")
        @Nullable
        String namespace) {

    public ParentReference {
        group = Objects.requireNonNullElse(group, "gateway.networking.k8s.io");
        kind = Objects.requireNonNullElse(kind, "Gateway");
    }
}
