package dev.sluice.picker.app;

import dev.sluice.picker.cost.RateLearner;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.telemetry.Meters;

/// The meters of the rates that are learned for a kind of hardware, read at each scrape.
final class RateGauges {
    private RateGauges() {}

    static void register(Meters meters, RateLearner learner) {
        Hardware hardware = learner.hardware();
        Meters.Machine machine = new Meters.Machine(hardware.accelerator(), hardware.accelerators(), hardware.model());
        meters.watchPredictionError(machine, "first_token", learner, RateLearner::firstTokenError);
        meters.watchPredictionError(machine, "step", learner, RateLearner::stepError);
        meters.countObservations(machine, "learned", learner, RateLearner::learned);
        meters.countObservations(machine, "outlier", learner, RateLearner::rejected);
        meters.countObservations(machine, "dropped", learner, RateLearner::dropped);
        meters.countRateShifts(machine, learner, RateLearner::shifts);
    }
}
