package dev.sluice.bench.soak.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BurstsTest {
    @Test
    void someSecondsOfEachMinuteOrSoAreOverload() {
        Bursts bursts = new Bursts(1);
        long seconds = IntStream.range(0, 3_600).filter(bursts::includes).count();
        assertThat(seconds).isBetween(300L, 700L);
    }
}
