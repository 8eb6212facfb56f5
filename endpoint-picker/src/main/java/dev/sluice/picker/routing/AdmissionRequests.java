package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.AdmissionRequest;
import dev.sluice.picker.admission.Reuse;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.routing.Destinations.PoolCapacity;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks admission for a request: its priority, tenant, deadline, and the other pools that could serve it.
final class AdmissionRequests {
    private final AdmissionControl admission;
    private final Supplier<Catalog> catalog;
    private final PrefixIndex prefixes;
    private final Destinations destinations;

    AdmissionRequests(
            AdmissionControl admission, Supplier<Catalog> catalog, PrefixIndex prefixes, Destinations destinations) {
        this.admission = admission;
        this.catalog = catalog;
        this.prefixes = prefixes;
        this.destinations = destinations;
    }

    /// The permit of a request that need not wait, or null: then [#enqueue] is next.
    @Nullable
    AdmissionPermit admit(InferenceRequest request, RouteChoice route) {
        PoolSnapshot pool = route.pool();
        Catalog now = catalog.get();
        return admission.admit(
                pool,
                priority(now, pool, request, route.requested()),
                tenant(request, route),
                weight(now, request, route));
    }

    /// Queues a request, or refuses it.
    ///
    /// @param sinceNanos when it began to wait for another pool; null where it did not wait
    Admission enqueue(
            InferenceRequest request, RouteChoice route, @Nullable Long sinceNanos, Consumer<Admission> later) {
        PoolSnapshot pool = route.pool();
        Catalog now = catalog.get();
        Priority priority = priority(now, pool, request, route.requested());
        AdmissionRequest admissionRequest = new AdmissionRequest(
                priority,
                now.preempts(pool.id(), priority),
                tenant(request, route),
                weight(now, request, route),
                request.attributes().bytes(),
                route.objectives(now, request).dueNanos(request.arrivedNanos()),
                reuse(request, route.target()),
                elsewhere(request, route));
        return sinceNanos == null
                ? admission.enqueue(pool, admissionRequest, later)
                : admission.enqueue(pool, admissionRequest, sinceNanos, later);
    }

    /// How full pools are for a request.
    PoolCapacity capacity(InferenceRequest request, ModelName model) {
        return new PoolCapacity() {
            @Override
            public boolean takes(PoolSnapshot pool) {
                return admission.takes(pool, priority(catalog.get(), pool, request, model));
            }

            @Override
            public boolean isAt(PoolSnapshot pool) {
                return admission.hasCapacity(pool, priority(catalog.get(), pool, request, model));
            }
        };
    }

    private static Priority priority(
            Catalog now, PoolSnapshot pool, InferenceRequest request, @Nullable ModelName model) {
        return now.priority(pool.id(), request.attributes().objective(), model);
    }

    private static String tenant(InferenceRequest request, RouteChoice route) {
        String named = request.attributes().tenant();
        ModelName model = route.requested();
        return named.isEmpty() && model != null ? model.value() : named;
    }

    /// The fairness weight of a model whose requests are its own tenant.
    private static int weight(Catalog now, InferenceRequest request, RouteChoice route) {
        boolean own = request.attributes().tenant().isEmpty();
        return own ? now.fairnessWeight(route.pool().id(), route.requested()) : 1;
    }

    private Reuse reuse(InferenceRequest request, @Nullable Target target) {
        return target != null && request.work() instanceof Work.Prompted work
                ? at -> prefixes.match(work.prompt(), PromptKnowledge.prefixSeed(target, work), at)
                : Reuse.NONE;
    }

    private @Nullable BooleanSupplier elsewhere(InferenceRequest request, RouteChoice route) {
        Target target = route.target();
        if (target == null || route.bindings().size() < 2) {
            return null;
        }
        PoolCapacity capacity = capacity(request, target.requested());
        return () -> destinations.hasCapacityBeside(route.pool().id(), target, route.bindings(), capacity);
    }
}
