package dev.sluice.picker.app;

import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.telemetry.AdmissionMeters;
import java.util.function.IntSupplier;

/// Records what admission does.
record MeteredAdmission(AdmissionMeters meters) implements AdmissionWatch {
    @Override
    public void opened(PoolId pool, IntSupplier waiting) {
        meters.watch(pool, waiting, IntSupplier::getAsInt);
    }

    @Override
    public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {
        meters.ended(pool, priority, end, waitedNanos);
    }
}
