package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.ADAPTER_LOAD_STEPS;
import static dev.sluice.picker.constants.PriceConstants.ADAPTER_SLOT_SHARE;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.signal.Adapters;

/// The time until a LoRA adapter is loaded where it is not in use.
///
/// ```
/// adapter = 16 · d0, and where no adapter slot is free: + half an answer of the present batch     [ms]
/// ```
///
/// A slot becomes free when the requests of some loaded adapter have ended: half an answer from now, on
/// average.
final class AdapterPart {
    private AdapterPart() {}

    /// @param step of the present batch [ms]
    /// @param idleStep d0 [ms]
    static double millis(RequestCost request, Adapters adapters, double step, double idleStep) {
        ModelName adapter = request.adapter();
        if (adapter == null) {
            return 0;
        }
        String name = adapter.value();
        if (adapters.running().contains(name) || adapters.waiting().contains(name)) {
            return 0;
        }
        boolean full = adapters.slots() > 0 && adapters.slotsTaken() >= adapters.slots();
        return ADAPTER_LOAD_STEPS * idleStep + (full ? request.output() * ADAPTER_SLOT_SHARE * step : 0);
    }
}
