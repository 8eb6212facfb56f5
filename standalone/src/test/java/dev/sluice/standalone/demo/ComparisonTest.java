package dev.sluice.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.standalone.load.LoadSummary;
import dev.sluice.standalone.load.Quantiles;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Comparison COMPARISON = new Comparison(
            42,
            Duration.ofMinutes(1),
            side(1_500, 2, 312_000, new Quantiles(100, 400, 900), 0.525, 0.71, List.of("status 503: full")),
            side(1_530, 0, 324_480, new Quantiles(50, 100, 300), 0.905, 0.4, List.of()));

    @Test
    void printsTheFiguresSideBySide() {
        assertThat(COMPARISON.table().replace(System.lineSeparator(), "\n")).isEqualTo("""
                                                         Service      Sluice
                requests                                   1,500       1,530
                errors                                         2           0
                throughput, requests/s                      25.0        25.5   × 1.02
                throughput, output tokens/s                5,200       5,408   × 1.04
                time to first token, ms       p50            100          50   × 0.50
                                              p90            400         100   × 0.25
                                              p99            900         300   × 0.33
                time per output token, ms     p50           10.0        10.0   × 1.00
                                              p90           12.5        12.5   × 1.00
                                              p99           15.0        15.0   × 1.00
                prefix hit ratio, %                         52.5        90.5   +38.0 points
                GPU utilisation, %                          71.0        40.0   -31.0 points
                error by Service: status 503: full
                """);
    }

    @Test
    void writesTheSameFiguresAsJson() throws Exception {
        JsonNode json = new ObjectMapper().readTree(COMPARISON.json());

        assertThat(json.at("/seed").asLong()).isEqualTo(42);
        assertThat(json.at("/service/errors").asInt()).isEqualTo(2);
        assertThat(json.at("/service/timeToFirstTokenMillis/p90").asDouble()).isEqualTo(400);
        assertThat(json.at("/sluice/outputTokensPerSecond").asDouble()).isCloseTo(5_408, within(0.01));
        assertThat(json.at("/sluice/prefixHitRatio").asDouble()).isEqualTo(0.905);
        assertThat(json.at("/sluice/gpuUtilisation").asDouble()).isEqualTo(0.4);
    }

    @Test
    void isFlawlessOnlyWithoutErrorsOnBothSides() {
        assertThat(COMPARISON.flawless()).isFalse();
        assertThat(new Comparison(42, Duration.ofMinutes(1), COMPARISON.sluice(), COMPARISON.sluice()).flawless())
                .isTrue();
    }

    private static Side side(
            int requests, int errors, long tokens, Quantiles first, double hits, double busy, List<String> messages) {
        return new Side(
                new LoadSummary(
                        Duration.ofMinutes(1),
                        requests,
                        tokens,
                        first,
                        new Quantiles(10, 12.5, 15),
                        new LoadSummary.LoadErrors(errors, messages)),
                hits,
                busy);
    }
}
