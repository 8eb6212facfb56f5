package dev.sluice.picker.pricing;

import static dev.sluice.picker.constants.PriceConstants.ADAPTER_SLOT_SHARE;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.signal.Adapters;

/// The time until a LoRA adapter is loaded where it is not in use.
///
/// ```
/// adapter = wait · d0, and where no adapter slot is free: + half an answer of the present batch     [ms]
/// ```
///
/// The wait is 16 steps until the hardware's own was observed. A slot becomes free when the requests of some loaded
/// adapter have ended: half an answer from now, on average.
final class AdapterPart {
    private AdapterPart() {}

    /// @param step of the present batch [ms]
    /// @param wait of the hardware, from its rates [ms]
    static double millis(RequestCost request, Adapters adapters, double step, double wait) {
        ModelName adapter = request.adapter();
        if (adapter == null) {
            return 0;
        }
        String name = adapter.value();
        if (adapters.running().contains(name) || adapters.waiting().contains(name)) {
            return 0;
        }
        boolean full = adapters.slots() > 0 && adapters.slotsTaken() >= adapters.slots();
        return wait + (full ? request.output() * ADAPTER_SLOT_SHARE * step : 0);
    }
}
