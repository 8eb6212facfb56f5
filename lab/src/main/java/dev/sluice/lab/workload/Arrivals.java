package dev.sluice.lab.workload;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The arrivals of requests: at random in stages, or as a trace recorded it.
///
/// @param cv standard deviation of the gaps in multiples of their mean: 1, the default, is a Poisson process, more is
///     burstier (Gamma)
/// @param stages one after the other
/// @param drain whether each stage begins only when the requests of the one before have ended
/// @param maxInFlight requests in flight at which a proxy's circuit breaker fails further ones; 0 for none
/// @param trace what was recorded, instead of stages
public record Arrivals(
        double cv,
        List<Stage> stages,
        boolean drain,
        int maxInFlight,
        @Nullable TraceSpec trace) {
    private static final double NANOS_PER_SECOND = 1e9;

    public Arrivals {
        cv = cv == 0 ? 1 : cv;
        stages = stages == null ? List.of() : List.copyOf(stages);
        if (stages.isEmpty() == (trace == null)) {
            throw new IllegalArgumentException("arrivals need stages or a trace, not both");
        }
    }

    /// The time from one arrival to the next.
    double gap(double rate, SplittableRandom random) {
        double shape = 1 / (cv * cv);
        return gamma(shape, random) / (shape * rate);
    }

    /// The time when the stage begins, if none before it is late.
    public long beginNanos(int stage) {
        double seconds = 0;
        for (Stage each : stages.subList(0, stage)) {
            seconds += each.seconds();
        }
        return (long) (seconds * NANOS_PER_SECOND);
    }

    /// The same arrivals in `factor` times as many a second.
    Arrivals scaled(double factor) {
        List<Stage> faster = stages.stream()
                .map(each -> new Stage(each.rate() * factor, each.seconds(), each.warmUp()))
                .toList();
        return new Arrivals(cv, faster, drain, maxInFlight, trace == null ? null : trace.scaled(factor));
    }

    /// Gamma with scale 1 (Marsaglia and Tsang, 2000).
    private static double gamma(double shape, SplittableRandom random) {
        if (shape == 1) {
            return random.nextExponential();
        }
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double normal = random.nextGaussian();
            double v = Math.pow(1 + c * normal, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < normal * normal / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}
