package dev.sluice.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The fits against the measurements that they were fitted to, in milliseconds.
class ProfileTest {

    @ParameterizedTest
    @CsvSource({
        "h100-8b, 22.1, 43.5, 90.1, 199.7",
        "h200-8b, 21.2, 43.4, 92.8, 198.9",
        "a100-8b, 64.7, 125, 259, 557",
        "l40s-8b, 70.3, 145, 311, 700",
        "h100-70b-tp4, 67.4, 130, 264, 577",
        "h100-70b-tp8, 46.2, 85.9, 170, 344",
        "a100-70b-tp4, 182, 337, 666, 1372",
        "h200-70b-tp4, 65.7, 128, 267, 543"
    })
    void prefillIsAsMeasured(String profile, double at1k, double at2k, double at4k, double at8k) {
        Fit fit = Profile.named(profile).fit();
        assertThat(fit.prefillMillis(1_024, 0)).isCloseTo(at1k, withinPercentage(11));
        assertThat(fit.prefillMillis(2_048, 0)).isCloseTo(at2k, withinPercentage(11));
        assertThat(fit.prefillMillis(4_096, 0)).isCloseTo(at4k, withinPercentage(11));
        assertThat(fit.prefillMillis(8_192, 0)).isCloseTo(at8k, withinPercentage(11));
    }

    @ParameterizedTest
    @CsvSource({
        "h100-8b, 6.17, 8.83, 15.0, 30.8",
        "h200-8b, 4.85, 6.67, 12.3, 23.7",
        "a100-8b, 11.8, 15.3, 33.6, 63.3",
        "l40s-8b, 22.0, 31.8, 57.5, 127",
        "h100-70b-tp4, 14.9, 17.6, 27.4, 37.3",
        "h100-70b-tp8, 10.2, 12.1, 18.3, 23.3",
        "a100-70b-tp4, 27.1, 34.7, 63.4, 86.7",
        "h200-70b-tp4, 12.2, 14.1, 24.3, 31.3"
    })
    void decodeIsAsMeasured(String profile, double one, double sixtyFour, double full, double fullAt2k) {
        Fit fit = Profile.named(profile).fit();
        assertThat(fit.decodeMillis(1, 512)).isCloseTo(one, withinPercentage(11));
        assertThat(fit.decodeMillis(64, 64 * 512)).isCloseTo(sixtyFour, withinPercentage(11));
        assertThat(fit.decodeMillis(256, 256 * 512)).isCloseTo(full, withinPercentage(11));
        assertThat(fit.decodeMillis(256, 256 * 2_048)).isCloseTo(fullAt2k, withinPercentage(11));
    }

    @Test
    void unknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Profile.named("b300-8b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("b300-8b")
                .hasMessageContaining("h100-8b");
    }
}
