package dev.sluice.picker.admission.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueLengthsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void sumsAsIfAllTenantsWereCounted(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        QueueLengths lengths = new QueueLengths();
        int[] waiting = new int[20];
        for (int step = 0; step < 20_000; step++) {
            int tenant = random.nextInt(waiting.length);
            if (random.nextInt(5) < 3 || waiting[tenant] == 0) {
                lengths.grown(++waiting[tenant]);
            } else {
                lengths.shrunk(waiting[tenant]--);
            }
            int most = random.nextInt(1_000);
            assertThat(lengths.upTo(most))
                    .isEqualTo(Arrays.stream(waiting)
                            .map(each -> Math.min(each, most))
                            .sum());
        }
    }
}
