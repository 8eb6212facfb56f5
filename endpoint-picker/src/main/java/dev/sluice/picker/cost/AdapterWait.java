package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.PriceConstants.ADAPTER_LOAD_STEPS;
import static dev.sluice.picker.constants.RateConstants.ADAPTER_LEARNING;
import static dev.sluice.picker.constants.RateConstants.MOST_ADAPTER_STEPS;

/// The wait for a LoRA adapter that is not in use, in steps of the idle engine, learned for one kind of
/// hardware.
///
/// ```
/// wait ← wait + (observed − wait) / 8      observed = (first token − prediction without an adapter) / d0
/// ```
/// A wait is nothing where the engine still has the adapter, a swap from host memory or a load from disk, which
/// differ by a factor of 100, and engines do not say which. The price wants their mean. Needs the lock of its
/// learner.
final class AdapterWait {
    private double steps = ADAPTER_LOAD_STEPS;

    double steps() {
        return steps;
    }

    void observe(double observed) {
        steps += (Math.clamp(observed, 0, MOST_ADAPTER_STEPS) - steps) * ADAPTER_LEARNING;
    }
}
