package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SoakOptionsTest {
    @Test
    void aDurationIsANumberWithItsUnit() {
        assertThat(SoakOptions.duration("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(SoakOptions.duration("60m")).isEqualTo(Duration.ofHours(1));
        assertThatThrownBy(() -> SoakOptions.duration("60")).hasMessageContaining("60");
    }

    @Test
    void anUnknownOptionIsAnError() {
        assertThat(Soak.run("--no-such-option")).isEqualTo(Soak.USAGE);
    }
}
