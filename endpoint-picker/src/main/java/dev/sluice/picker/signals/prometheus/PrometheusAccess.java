package dev.sluice.picker.signals.prometheus;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The picker's credentials for Prometheus servers, and the authorities that it trusts. They are options of the
/// picker and no part of a policy: the author of a policy must not be able to send the picker's token to
/// another address.
///
/// @param server the only server that gets the token, or null for none
/// @param tokenFile file of the bearer token; read for each query, because mounted tokens are replaced
/// @param caFile the only trusted authorities, in PEM; null for the JVM's own
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
