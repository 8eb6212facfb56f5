package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.AdmissionRequest;
import dev.sluice.picker.admission.Precedence;
import dev.sluice.picker.admission.Reuse;
import dev.sluice.picker.admission.TenantShare;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.routing.RequestStage.PoolAssigned;
import dev.sluice.picker.routing.placement.PromptKnowledge;
import dev.sluice.picker.routing.target.Destinations;
import dev.sluice.picker.routing.target.Destinations.PoolCapacity;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks admission for a request: its priority, tenant, deadline, and the other pools that could serve it.
final class AdmissionRequests {
    /// Null for a picker whose requests never wait for capacity.
    private final @Nullable AdmissionControl admission;
    private final Supplier<Catalog> catalog;
    private final PrefixIndex prefixes;
    private final Destinations destinations;

    AdmissionRequests(
            @Nullable AdmissionControl admission,
            Supplier<Catalog> catalog,
            PrefixIndex prefixes,
            Destinations destinations) {
        this.admission = admission;
        this.catalog = catalog;
        this.prefixes = prefixes;
        this.destinations = destinations;
    }

    /// The permit of a request that need not wait, or null: then [#enqueue] is next.
    @Nullable
    AdmissionPermit admit(InferenceRequest request, PoolAssigned assigned) {
        if (admission == null) {
            return AdmissionPermit.UNCOUNTED;
        }
        PoolSnapshot pool = assigned.pool();
        return admission.admit(
                pool, priority(assigned.catalog(), pool, request, assigned.requested()), tenant(request, assigned));
    }

    /// Queues a request that has no permit, or refuses it.
    ///
    /// @param sinceNanos when it began to wait, here or for another pool
    Admission enqueue(InferenceRequest request, PoolAssigned assigned, long sinceNanos, Consumer<Admission> later) {
        PoolSnapshot pool = assigned.pool();
        Catalog catalog = assigned.catalog();
        Priority priority = priority(catalog, pool, request, assigned.requested());
        AdmissionRequest admissionRequest = new AdmissionRequest(
                new Precedence(priority, catalog.preempts(pool.id(), priority)),
                tenant(request, assigned),
                request.attributes().bytes(),
                assigned.objectives(request).dueNanos(request.arrivedNanos()),
                reuse(request, assigned.target()),
                elsewhere(request, assigned));
        return Objects.requireNonNull(admission).enqueue(pool, admissionRequest, sinceNanos, later);
    }

    /// The capacity of pools for a request.
    PoolCapacity capacity(InferenceRequest request, ModelName model) {
        AdmissionControl control = admission;
        if (control == null) {
            return PoolCapacity.ANYWHERE;
        }
        return new PoolCapacity() {
            @Override
            public boolean takes(PoolSnapshot pool) {
                return control.takes(pool, priority(catalog.get(), pool, request, model));
            }

            @Override
            public boolean hasCapacityAt(PoolSnapshot pool) {
                return control.hasCapacity(pool, priority(catalog.get(), pool, request, model));
            }
        };
    }

    private static Priority priority(
            Catalog now, PoolSnapshot pool, InferenceRequest request, @Nullable ModelName model) {
        return now.priority(pool.id(), request.attributes().objective(), model);
    }

    /// The tenant that a request names, or its model, which has a fairness weight.
    private static TenantShare tenant(InferenceRequest request, PoolAssigned assigned) {
        String named = request.attributes().tenant();
        ModelName model = assigned.requested();
        return named.isEmpty()
                ? new TenantShare(
                        model == null ? named : model.value(),
                        assigned.catalog().fairnessWeight(assigned.pool().id(), model))
                : new TenantShare(named, 1);
    }

    private Reuse reuse(InferenceRequest request, @Nullable Target target) {
        return target != null && request.work() instanceof Work.Prompted work
                ? at -> prefixes.match(work.prompt(), PromptKnowledge.prefixSeed(target, work), at)
                : Reuse.NONE;
    }

    private @Nullable BooleanSupplier elsewhere(InferenceRequest request, PoolAssigned assigned) {
        Target target = assigned.target();
        List<PoolBinding> bindings = assigned.bindings();
        if (target == null || bindings.size() < 2) {
            return null;
        }
        PoolCapacity capacity = capacity(request, target.requested());
        PoolId pool = assigned.pool().id();
        return () -> destinations.hasCapacityBeside(pool, target, bindings, capacity);
    }
}
