package dev.sluice.simulator.metrics;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The bucket bounds that vLLM and its HTTP server use.
final class Buckets {
    static final double[] FIRST_TOKEN = {
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560
    };
    static final double[] TOKEN = {
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80
    };
    static final double[] REQUEST = {
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680
    };
    static final double[] STEP_TOKENS = {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};
    /// The buckets of prometheus-fastapi-instrumentator: many for all handlers together, few for each.
    static final double[] HTTP = {
        0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60
    };
    static final double[] HTTP_HANDLER = {0.1, 0.5, 1};
    static final double[] CHOICES = {1, 2, 5, 10, 20};

    private Buckets() {}

    /// 1, 2, 5, 10, 20, 50 and so on up to `limit`.
    static double[] lengths(int limit) {
        return IntStream.range(0, 10)
                .mapToDouble(power -> Math.pow(10, power))
                .flatMap(decade -> DoubleStream.of(decade, 2 * decade, 5 * decade))
                .filter(bound -> bound <= limit)
                .toArray();
    }
}
