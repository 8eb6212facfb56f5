package dev.sluice.picker.routing.target;

import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The counts of requests that each target of each published model has got, since the start.
///
/// Names that clients invent are not counted, so what is held is bounded by what was published.
public final class TargetCounts {
    private final Map<PoolId, Map<Target, LongAdder>> counts = new ConcurrentHashMap<>();

    public void placed(PoolId pool, Target target) {
        LongAdder known = find(pool, target);
        (known != null ? known : add(pool, target)).increment();
    }

    public long of(PoolId pool, Target target) {
        LongAdder known = find(pool, target);
        return known == null ? 0 : known.sum();
    }

    private @Nullable LongAdder find(PoolId pool, Target target) {
        Map<Target, LongAdder> targets = counts.get(pool);
        return targets == null ? null : targets.get(target);
    }

    private LongAdder add(PoolId pool, Target target) {
        return counts.computeIfAbsent(pool, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(target, _ -> new LongAdder());
    }
}
