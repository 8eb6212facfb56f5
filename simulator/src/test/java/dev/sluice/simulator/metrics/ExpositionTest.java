package dev.sluice.simulator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpositionTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "7, 7.0",
        "-12, -12.0",
        "999999, 999999.0",
        "1000000, 1e+06",
        "1234567, 1.234567e+06",
        "1763800000.25, 1.76380000025e+09",
        "0.25, 0.25",
        "12.5, 12.5",
        "0.0001, 0.0001",
        "0.00002, 2e-05"
    })
    void numbersLookAsPythonsClientPrintsThem(double value, String expected) {
        Exposition out = new Exposition();
        out.sample(Exposition.ascii("x "), value);
        assertThat(new String(out.toBytes(), StandardCharsets.UTF_8)).isEqualTo("x " + expected + "\n");
    }
}
