package dev.sluice.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.reconcile.PickerStatus.ReportedModel;
import dev.sluice.operator.reconcile.PickerStatus.ReportedPool;
import dev.sluice.operator.reconcile.PickerStatus.ReportedTarget;
import dev.sluice.operator.status.Observed.ModelReading;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.status.Observed.TargetReading;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadingsTest {

    private final Readings readings = new Readings();

    @Test
    void replicasSeeTheSameEndpointsAndShareTheRequests() {
        assertThat(readings.read(Map.of("10.0.0.1", says(3, 30, 10), "10.0.0.2", says(2, 30, 30)), true))
                .isEqualTo(Map.of("ml/llama", reading(3, 60, 40)));
    }

    @Test
    void sharesAreOfTheRequestsSinceTheLastRegularReading() {
        readings.read(Map.of("10.0.0.1", says(3, 100, 0)), true);
        assertThat(readings.read(Map.of("10.0.0.1", says(2, 101, 1)), false))
                .isEqualTo(Map.of("ml/llama", reading(2, 100, 0)));
        assertThat(readings.read(Map.of("10.0.0.1", says(3, 103, 9)), true))
                .isEqualTo(Map.of("ml/llama", reading(3, 25, 75)));
    }

    @Test
    void aPickerThatBeganAnewCountsFromZero() {
        readings.read(Map.of("10.0.0.1", says(3, 100, 100)), true);
        assertThat(readings.read(Map.of("10.0.0.1", says(3, 1, 3)), true))
                .isEqualTo(Map.of("ml/llama", reading(3, 25, 75)));
    }

    @Test
    void withoutRequestsThereAreNoShares() {
        readings.read(Map.of("10.0.0.1", says(3, 5, 5)), true);
        assertThat(readings.read(Map.of("10.0.0.1", says(3, 5, 5)), true))
                .isEqualTo(Map.of("ml/llama", reading(3, null, null)));
    }

    private static PickerStatus says(int endpoints, long stable, long canary) {
        return new PickerStatus(List.of(new ReportedPool(
                "ml",
                "llama",
                endpoints,
                0.5,
                List.of("stable", "canary"),
                List.of(new ReportedModel(
                        "chat",
                        List.of(
                                new ReportedTarget("stable", endpoints, stable),
                                new ReportedTarget("canary", 1, canary)))))));
    }

    private static PoolReading reading(int endpoints, Integer stable, Integer canary) {
        return new PoolReading(
                endpoints,
                0.5,
                List.of("canary", "stable"),
                List.of(new ModelReading(
                        "chat",
                        List.of(
                                new TargetReading("canary", 1, canary),
                                new TargetReading("stable", endpoints, stable)))));
    }
}
