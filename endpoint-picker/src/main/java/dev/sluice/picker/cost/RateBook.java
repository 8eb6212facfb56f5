package dev.sluice.picker.cost;

import dev.sluice.picker.pool.Hardware;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The rates of each kind of hardware.
public final class RateBook {
    private final Map<Hardware, Rates> rates = new ConcurrentHashMap<>();

    public Rates of(Hardware hardware) {
        Rates known = rates.get(hardware);
        return known != null ? known : rates.computeIfAbsent(hardware, PublishedRates::nearest);
    }
}
