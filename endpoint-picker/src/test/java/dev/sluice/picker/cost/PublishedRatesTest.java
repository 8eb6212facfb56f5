package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.RateConstants.HOST_STEP_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.pool.Hardware;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// The lines against the measurements that they were fitted to.
class PublishedRatesTest {
    private static final int[] PROMPTS = {256, 1_024, 2_048, 4_096, 8_192, 16_384};
    private static final int[] BATCHES = {1, 32, 64, 128, 256};
    private static final int[] CONTEXTS = {512, 2_048, 4_096};

    /// Milliseconds of one prefill for each prompt, then of one step for each context and batch.
    private static final Map<Hardware, double[][]> MEASURED = Map.of(
            new Hardware("NVIDIA-H100-80GB-HBM3", 1, "Llama-3.1-8B"),
            new double[][] {
                {8.7, 22.1, 43.5, 90.1, 199.7, 440},
                {6.17, 7.75, 8.83, 10.5, 15.0},
                {6.24, 9.65, 12.6, 18.2, 30.8},
                {6.29, 12.4, 17.9, 28.9, 52.1}
            },
            new Hardware("NVIDIA-H200", 1, "Llama-3.1-8B"),
            new double[][] {
                {7.4, 21.2, 43.4, 92.8, 198.9, 442},
                {4.85, 5.87, 6.67, 8.28, 12.3},
                {4.91, 7.30, 9.51, 14.0, 23.7},
                {4.95, 9.18, 13.6, 21.0, 38.2}
            },
            new Hardware("NVIDIA-A100-SXM4-80GB", 1, "Llama-3.1-8B"),
            new double[][] {
                {22.6, 64.7, 125, 259, 557, 1315},
                {11.8, 14.0, 15.3, 20.3, 33.6},
                {12.0, 19.2, 23.2, 34.6, 63.3},
                {12.2, 25.1, 33.6, 56.6, 106}
            },
            new Hardware("NVIDIA-L40S", 1, "Llama-3.1-8B"),
            new double[][] {
                {30.1, 70.3, 145, 311, 700, 1615},
                {22.0, 27.2, 31.8, 40.6, 57.5},
                {22.0, 38.2, 51.5, 75.1, 127},
                {22.3, 49.0, 72.8, 122, 222}
            },
            new Hardware("NVIDIA-H100-80GB-HBM3", 4, "Llama-3.1-70B"),
            new double[][] {
                {24.1, 67.4, 130, 264, 577, 1132},
                {14.9, 16.7, 17.6, 21.1, 27.4},
                {15.0, 18.4, 20.8, 26.2, 37.3},
                {15.1, 20.2, 24.2, 33.0, 51.7}
            },
            new Hardware("NVIDIA-H100-80GB-HBM3", 8, "Llama-3.1-70B"),
            new double[][] {
                {17.1, 46.2, 85.9, 170, 344, 690},
                {10.2, 11.0, 12.1, 13.2, 18.3},
                {10.2, 11.2, 13.8, 16.3, 23.3},
                {10.3, 12.7, 15.4, 19.7, 30.1}
            },
            new Hardware("NVIDIA-A100-SXM4-80GB", 4, "Llama-3.1-70B"),
            new double[][] {
                {55.9, 182, 337, 666, 1372, 2954},
                {27.1, 32.2, 34.7, 41.9, 63.4},
                {27.3, 35.1, 40.1, 54.1, 86.7},
                {27.6, 38.7, 46.3, 70.2, 122}
            },
            new Hardware("NVIDIA-H200", 4, "Llama-3.1-70B"),
            new double[][] {
                {22.0, 65.7, 128, 267, 543, 1208},
                {12.2, 13.3, 14.1, 17.0, 24.3},
                {12.4, 14.5, 16.4, 20.6, 31.3},
                {12.4, 15.7, 18.8, 25.3, 41.7}
            });

    @Test
    void prefillLinesLieWithinTheStatedErrorOfTheMeasurements() {
        MEASURED.forEach((hardware, table) -> {
            Rates rates = PublishedRates.bundled().nearest(hardware);
            for (int i = 0; i < PROMPTS.length; i++) {
                assertThat(rates.prefillMillis(PROMPTS[i], 0))
                        .as("%s, prompt %d", hardware, PROMPTS[i])
                        .isCloseTo(table[0][i], Percentage.withPercentage(11.5));
            }
        });
    }

    @Test
    void stepLinesLieWithinTheStatedErrorOfTheMeasurements() {
        MEASURED.forEach((hardware, table) -> {
            Rates rates = PublishedRates.bundled().nearest(hardware);
            for (int c = 0; c < CONTEXTS.length; c++) {
                for (int b = 0; b < BATCHES.length; b++) {
                    double kernels = rates.stepMillis(BATCHES[b], (double) BATCHES[b] * CONTEXTS[c]) - HOST_STEP_MILLIS;
                    assertThat(kernels)
                            .as("%s, batch %d of %d", hardware, BATCHES[b], CONTEXTS[c])
                            .isCloseTo(table[1 + c][b], Percentage.withPercentage(11));
                }
            }
        });
    }

    @Test
    void aCachedPrefixSavesItsOwnPrefill() {
        Rates rates = PublishedRates.bundled().nearest(Hardware.UNKNOWN);
        double whole = rates.prefillMillis(4_000, 0);
        double rest = rates.prefillMillis(4_000, 3_000);
        assertThat(whole - rest)
                .isCloseTo(rates.prefillMillis(3_000, 0) - rates.prefill().p0(), within(1e-9));
        assertThat(rates.prefillMillis(4_000, 4_000)).isEqualTo(rates.prefill().p0());
    }

    @Test
    void oneMoreRequestAddsItsMargin() {
        Rates rates = PublishedRates.bundled().nearest(Hardware.UNKNOWN);
        assertThat(rates.stepMillis(9, 9_000) - rates.stepMillis(8, 8_000))
                .isCloseTo(rates.marginalStepMillis(1_000), within(1e-9));
    }

    @Test
    void unknownHardwareIsTakenForAnH100() {
        assertThat(PublishedRates.bundled().nearest(Hardware.UNKNOWN))
                .isEqualTo(PublishedRates.bundled().nearest(new Hardware("nvidia-h100", 1, "Qwen3-8B")));
        assertThat(new RateBook().of(Hardware.UNKNOWN))
                .isEqualTo(PublishedRates.bundled().nearest(Hardware.UNKNOWN));
    }
}
