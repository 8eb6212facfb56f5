package dev.sluice.standalone.lab.run;

import java.util.Arrays;

/// What a fleet did from one moment to another.
///
/// @param seconds between the two moments
/// @param arrivalSeconds of these in which requests arrived
/// @param tokens generated
/// @param busySeconds of each server
record FleetUse(double seconds, double arrivalSeconds, double tokens, double[] busySeconds) {

    double utilization() {
        return Arrays.stream(busySeconds).sum() / seconds / busySeconds.length;
    }

    double imbalance() {
        double most = Arrays.stream(busySeconds).max().orElse(0);
        return most == 0 ? 1 : most / seconds / utilization();
    }
}
