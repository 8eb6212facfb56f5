package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The KV events tell what the engines of a pool cache; they are published here.
public record KvEvents(
        @Default("5557")
        @Min(1)
        @Max(65535)
        @JsonPropertyDescription("The port of each pod at which its engine publishes events over ZeroMQ. Where a pod "
                + "has several target ports, its engines publish at consecutive ports in their order. The default "
                + "is 5557, vLLM's.")
        Integer port,

        @Default("5558")
        @Min(0)
        @Max(65535)
        @JsonPropertyDescription(
                "The port at which the engine sends missed events again; 0 when it does not. The default is 5558.")
        Integer replayPort) {

    public KvEvents(@Nullable Integer port, @Nullable Integer replayPort) {
        this.port = Objects.requireNonNullElse(port, 5557);
        this.replayPort = Objects.requireNonNullElse(replayPort, 5558);
    }
}
