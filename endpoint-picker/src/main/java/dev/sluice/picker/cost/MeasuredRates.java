package dev.sluice.picker.cost;

import java.util.List;

/// Rates that were fitted to published measurements of one model on so many accelerators.
///
/// @param accelerator name of an [AcceleratorSpec]
/// @param model name of a [ModelShape]
/// @param prefill p0, p1 and p2, in milliseconds
/// @param step d0, d1 and d2, in milliseconds
record MeasuredRates(String accelerator, String model, int accelerators, List<Double> prefill, List<Double> step) {
    MeasuredRates {
        prefill = List.copyOf(prefill);
        step = List.copyOf(step);
    }
}
