package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How the requests of a session find the endpoint that served it before: by a signed token.
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
        @JsonPropertyDescription("How long a token is good, such as 30m or 2h. It is renewed by the first request "
                + "after half of that time, so that a session keeps its endpoint for at least that half after its last "
                + "request. The default is 1h.")
        String timeToLive,

        @Default("Soft")
        @JsonPropertyDescription("Soft, the default: the endpoint that served a session serves it as long as it costs "
                + "little more than the best one. Strict: as long as it is ready, whatever it costs. In both, another "
                + "takes over when it is gone.")
        SessionMode mode) {

    public SessionAffinity(@Nullable String cookieName, @Nullable String timeToLive, @Nullable SessionMode mode) {
        this.cookieName = Objects.requireNonNullElse(cookieName, "stickiness.cookie");
        this.timeToLive = Objects.requireNonNullElse(timeToLive, "1h");
        this.mode = Objects.requireNonNullElse(mode, SessionMode.SOFT);
    }
}
