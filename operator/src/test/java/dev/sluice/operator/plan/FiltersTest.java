package dev.sluice.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestRedirectFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiltersTest {

    /// Gateway API: without a port that of the new scheme, without a new scheme that of the listener; and a location
    /// does not name a port that its scheme says already.
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // listener's scheme and port; new scheme, host name, port; the port that is named
                "http,  80,   -,     -,           -,    -",
                "http,  80,   https, -,           -,    -",
                "http,  80,   https, example.com, 8443, 8443",
                "http,  80,   -,     -,           8080, 8080",
                "http,  8080, -,     -,           -,    8080",
                "http,  8080, -,     example.com, -,    8080",
                "http,  8080, https, example.com, -,    -",
                "http,  8080, https, -,           -,    443",
                "http,  8080, -,     example.com, 80,   -",
                "https, 443,  -,     -,           -,    -",
                "https, 443,  http,  -,           -,    -",
                "https, 8443, -,     -,           -,    8443",
            })
    void aRedirectNamesThePortThatItMust(
            String listenerScheme,
            int listenerPort,
            @Nullable String scheme,
            @Nullable String hostname,
            @Nullable Integer port,
            @Nullable Integer named) {
        HTTPRequestRedirectFilter filter = new HTTPRequestRedirectFilter();
        filter.setScheme(scheme);
        filter.setHostname(hostname);
        filter.setPort(port);

        assertThat(Filters.redirect(filter, Matches.ANYTHING, listenerScheme, listenerPort)
                        .port())
                .isEqualTo(named);
    }
}
