package dev.sluice.picker.admission;

import dev.sluice.picker.admission.preemption.PreemptibleRequests;
import dev.sluice.picker.model.PoolId;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What admission counts of requests that wait and run.
public final class AdmissionCounters {
    private AdmissionCounters() {}

    /// By name; all are 0 where no request is left.
    public static Map<String, Long> of(AdmissionControl admission, List<PoolId> pools) {
        QueueContext shared = (QueueContext) field(admission, AdmissionControl.class, "with");
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("queued bytes", shared.bytes().held());
        counters.put("movable requests", (long) shared.movable().get());
        for (PoolId pool : pools) {
            PoolQueue queue = admission.queue(pool);
            Collection<?> running = (Collection<?>) field(queue.preemptibles(), PreemptibleRequests.class, "running");
            counters.put("waiting for " + pool, (long) queue.waiting());
            counters.put("preemptible in " + pool, (long) running.size());
        }
        return counters;
    }

    private static Object field(Object of, Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException gone) {
            throw new LinkageError(gone.getMessage(), gone);
        }
    }
}
