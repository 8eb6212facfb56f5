package dev.sluice.lab.run;

import java.util.List;

/// The work that a fleet did from one moment to another.
///
/// @param seconds between the two moments
/// @param arrivalSeconds of these in which requests arrived
/// @param tokens generated
/// @param busySeconds of each server
record FleetUse(double seconds, double arrivalSeconds, double tokens, List<Double> busySeconds) {

    FleetUse withTokens(double other) {
        return new FleetUse(seconds, arrivalSeconds, other, busySeconds);
    }

    double utilization() {
        return busySeconds.stream().mapToDouble(Double::doubleValue).sum() / seconds / busySeconds.size();
    }

    double imbalance() {
        double most =
                busySeconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return most == 0 ? 1 : most / seconds / utilization();
    }
}
