package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The requests of a session find the endpoint that served it before by a signed token.
public record SessionAffinity(
        @Default("stickiness.cookie")
        @Size(min = 1, max = 64)
        @Pattern("^[A-Za-z0-9._-]+$")
        @JsonPropertyDescription("The name of the cookie that carries the token. The default is stickiness.cookie. "
                + "Clients that keep no cookies find it in the response header x-sluice-session and send it in the "
                + "request header of that name.")
        String cookieName,

        @Default("1h")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription(
                "The time for which a token is valid, such as 30m or 2h. The first request after half of that time "
                        + "renews it, so that a session keeps its endpoint for at least that half after its last request. The "
                        + "default is 1h.")
        String timeToLive,

        @Default("Soft")
        @JsonPropertyDescription(
                "Soft, the default: a session stays at its endpoint while that costs little more than the best "
                        + "endpoint. Strict: it stays while that endpoint is ready, whatever it costs. In both, another "
                        + "endpoint takes over when it is gone.")
        SessionMode mode) {

    public SessionAffinity(@Nullable String cookieName, @Nullable String timeToLive, @Nullable SessionMode mode) {
        this.cookieName = Objects.requireNonNullElse(cookieName, "stickiness.cookie");
        this.timeToLive = Objects.requireNonNullElse(timeToLive, "1h");
        this.mode = Objects.requireNonNullElse(mode, SessionMode.SOFT);
    }
}
