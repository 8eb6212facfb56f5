package dev.sluice.picker.signals.prometheus;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// With what the picker presents itself to Prometheus servers, and which of them it believes. Set where the picker is
/// started, not in a policy: whoever may write a policy must not be able to send the picker's token to an address of
/// their own.
///
/// @param server the only server that gets the token, or null for none
/// @param tokenFile holds the bearer token; read for each query, because mounted tokens are replaced
/// @param caFile certificates in PEM that are believed beside none other; the JVM's own when null
public record PrometheusAccess(
        @Nullable URI server,
        @Nullable Path tokenFile,
        @Nullable Path caFile) {
    public static final PrometheusAccess NONE = new PrometheusAccess(null, null, null);

    Optional<String> token(URI url) throws IOException {
        if (tokenFile == null || !url.equals(server)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(tokenFile).strip());
    }
}
