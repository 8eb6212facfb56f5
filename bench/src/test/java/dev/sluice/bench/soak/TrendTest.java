package dev.sluice.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.bench.soak.Trend.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrendTest {
    @Test
    void aLineGrowsByItsSlopeTimesItsLength() {
        Trend trend = Trend.of(List.of(new Point(10, 50), new Point(20, 60), new Point(40, 80)));
        assertThat(trend.growth()).isCloseTo(30, within(1e-9));
        assertThat(trend.mean()).isCloseTo(190 / 3.0, within(1e-9));
        assertThat(trend.ratio()).isCloseTo(30 / (190 / 3.0), within(1e-9));
    }

    @Test
    void aSawToothDoesNotGrow() {
        Trend trend = Trend.of(
                List.of(new Point(0, 50), new Point(1, 60), new Point(2, 50), new Point(3, 60), new Point(4, 50)));
        assertThat(trend.growth()).isCloseTo(0, within(1e-9));
    }

    @Test
    void aSinglePointDoesNotGrow() {
        assertThat(Trend.of(List.of(new Point(3, 7)))).isEqualTo(new Trend(7, 0));
    }
}
