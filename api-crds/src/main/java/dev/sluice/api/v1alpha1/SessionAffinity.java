package dev.sluice.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.ApiDuration;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.Objects;

/// How the requests of a session find the endpoint that served it before: by a signed cookie.
public record SessionAffinity(
        @Default("sluice-session")
        @Size(min = 1, max = 64)
        @Pattern("^[A-Za-z0-9_-]+$")
        @JsonPropertyDescription("The name of the cookie that carries the endpoint. The default is sluice-session.")
        String cookieName,

        @Default("1h")
        @Pattern(ApiDuration.PATTERN)
        @JsonPropertyDescription("How long after its last request a session keeps its endpoint, such as 30m or 2h. "
                + "The default is 1h.")
        String timeToLive) {

    public SessionAffinity {
        cookieName = Objects.requireNonNullElse(cookieName, "sluice-session");
        timeToLive = Objects.requireNonNullElse(timeToLive, "1h");
    }
}
