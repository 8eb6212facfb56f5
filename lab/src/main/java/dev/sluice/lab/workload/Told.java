package dev.sluice.lab.workload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The facts that a picker is told beside the requests themselves.
///
/// @param objectives whether clients tell their objectives
/// @param usage whether engines report what a request used, as they do not where a client streams without asking for
///     it; true where it is not said
/// @param priors rates to start from, in multiples of the published times; a row for each
public record Told(boolean objectives, @Nullable Boolean usage, List<Double> priors) {
    static final Told USUAL = new Told(false, true, List.of());

    public Told {
        usage = usage == null || usage;
        priors = priors == null || priors.isEmpty() ? List.of(1.0) : List.copyOf(priors);
        if (priors.stream().anyMatch(factor -> !(factor > 0))) {
            throw new IllegalArgumentException("priors " + priors + " are no factors");
        }
    }

    /// The end of an answer says what was used.
    public boolean reportsUsage() {
        return usage == null || usage;
    }

    /// The factor that the published times are multiplied by at first.
    public double prior() {
        return priors.getFirst();
    }

    Told withPriors(List<Double> others) {
        return new Told(objectives, usage, others);
    }
}
