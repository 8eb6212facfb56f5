package dev.sluice.e2e.chart;

import dev.sluice.standalone.envoy.Checkout;
import java.nio.file.Path;

/// Files of values for the operator's chart.
public final class ChartValues {
    private ChartValues() {}

    public static Path defaults() {
        return Helm.operator().resolve("values.yaml");
    }

    public static Path production() {
        return Helm.operator().resolve("values-production.yaml");
    }

    /// The file that sets every value.
    public static Path every() {
        return Checkout.root().resolve("e2e/src/test/resources/chart/every-value.yaml");
    }
}
