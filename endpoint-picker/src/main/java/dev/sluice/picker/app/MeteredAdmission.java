package dev.sluice.picker.app;

import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.telemetry.AdmissionMeters;
import dev.sluice.picker.telemetry.LoopMeters;
import java.util.function.IntSupplier;

/// Records what admission does.
record MeteredAdmission(AdmissionMeters meters, LoopMeters loops) implements AdmissionWatch {
    @Override
    public void opened(PoolId pool, IntSupplier waiting) {
        meters.watch(pool, waiting, IntSupplier::getAsInt);
    }

    @Override
    public void ended(PoolId pool, Priority priority, String end, long waitedNanos) {
        meters.ended(pool, priority, end, waitedNanos);
    }

    @Override
    public void faulted(String loop) {
        loops.fault(loop);
    }
}
