package dev.sluice.standalone.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadSummaryTest {
    @Test
    void quantilesAreNearestRanksWhateverTheOrder() {
        double[] values =
                IntStream.rangeClosed(1, 200).mapToDouble(i -> 201 - i).toArray();

        assertThat(Quantiles.of(values)).isEqualTo(new Quantiles(100, 180, 198));
        assertThat(Quantiles.of(new double[] {7})).isEqualTo(new Quantiles(7, 7, 7));
        assertThat(Quantiles.of(new double[] {Double.NaN}).p90()).isNaN();
    }

    @Test
    void countsErrorsAndLeavesUnstreamedAnswersOutOfTheTimes() {
        List<Sample> samples = new ArrayList<>(List.of(
                new Sample(100, 10, 1_100, 101, null),
                new Sample(300, 20, 1_300, 51, null),
                new Sample(Double.NaN, Double.NaN, 900, 48, null),
                Sample.failed(5, "status 503: "),
                Sample.failed(5, "status 503: ")));

        LoadSummary summary = LoadSummary.of(samples, Duration.ofSeconds(2));

        assertThat(summary.requests()).isEqualTo(5);
        assertThat(summary.errors().count()).isEqualTo(2);
        assertThat(summary.errors().first()).containsExactly("status 503: ");
        assertThat(summary.tokensPerSecond()).isEqualTo(100);
        assertThat(summary.requestsPerSecond()).isEqualTo(2.5);
        assertThat(summary.firstToken()).isEqualTo(new Quantiles(100, 300, 300));
        assertThat(summary.perToken()).isEqualTo(new Quantiles(10, 20, 20));
    }
}
