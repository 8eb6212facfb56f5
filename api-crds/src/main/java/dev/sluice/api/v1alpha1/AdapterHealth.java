package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whom to ask which adapters an endpoint serves.
public record AdapterHealth(
        @Min(1)
        @Max(65_535)
        @JsonPropertyDescription(
                "The port on which each pod answers gRPC health checks (grpc.health.v1, without TLS), with one "
                        + "service per adapter, under the adapter's name. A service is watched where the server offers that, "
                        + "else asked at each interval. No health check is made when absent.")
        @Nullable
        Integer grpcPort,

        @Default("true") @JsonPropertyDescription("Whether each endpoint's /v1/models is read. The default is true.")
        Boolean models,

        @Default("5s")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The interval of the checks of each endpoint. An answer older than three intervals is not used. The "
                        + "default is 5s, and the least is 100ms.")
        String interval) {

    public AdapterHealth(@Nullable Integer grpcPort, @Nullable Boolean models, @Nullable String interval) {
        this.grpcPort = grpcPort;
        this.models = Objects.requireNonNullElse(models, true);
        this.interval = Objects.requireNonNullElse(interval, "5s");
    }
}
