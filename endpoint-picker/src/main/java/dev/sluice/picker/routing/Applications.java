package dev.sluice.picker.routing;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.Applicant;
import dev.sluice.picker.admission.Reuse;
import dev.sluice.picker.admission.Seat;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.model.InferenceRequest;
import dev.sluice.picker.model.ModelName;
import dev.sluice.picker.model.Priority;
import dev.sluice.picker.model.Target;
import dev.sluice.picker.model.Work;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.routing.Destinations.Rooms;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks admission for requests: how urgent they are, whom they are charged to, when they are due, and where else they
/// could go.
final class Applications {
    private final AdmissionControl admission;
    private final Supplier<Catalog> catalog;
    private final PrefixIndex prefixes;
    private final Destinations destinations;

    Applications(
            AdmissionControl admission, Supplier<Catalog> catalog, PrefixIndex prefixes, Destinations destinations) {
        this.admission = admission;
        this.catalog = catalog;
        this.prefixes = prefixes;
        this.destinations = destinations;
    }

    /// A seat for a request that need not wait, or null: then it is to [#enqueue].
    @Nullable
    Seat admit(InferenceRequest request, Bound bound) {
        PoolSnapshot pool = bound.pool();
        Catalog now = catalog.get();
        return admission.admit(
                pool,
                priority(now, pool, request, bound.requested()),
                tenant(request, bound),
                weight(now, request, bound));
    }

    /// Lets a request wait for its turn, if it may.
    ///
    /// @param sinceNanos since when it has waited for another pool; null for one that has not
    Admission enqueue(InferenceRequest request, Bound bound, @Nullable Long sinceNanos, Consumer<Admission> later) {
        PoolSnapshot pool = bound.pool();
        Catalog now = catalog.get();
        Priority priority = priority(now, pool, request, bound.requested());
        Applicant applicant = new Applicant(
                priority,
                now.preempts(pool.id(), priority),
                tenant(request, bound),
                weight(now, request, bound),
                request.claim().bytes(),
                bound.objectives(now, request).dueNanos(request.arrivedNanos()),
                reuse(request, bound.target()),
                elsewhere(request, bound));
        return sinceNanos == null
                ? admission.enqueue(pool, applicant, later)
                : admission.enqueue(pool, applicant, sinceNanos, later);
    }

    /// How full pools are for a request.
    Rooms rooms(InferenceRequest request, ModelName model) {
        return new Rooms() {
            @Override
            public boolean takes(PoolSnapshot pool) {
                return admission.takes(pool, priority(catalog.get(), pool, request, model));
            }

            @Override
            public boolean isAt(PoolSnapshot pool) {
                return admission.hasRoom(pool, priority(catalog.get(), pool, request, model));
            }
        };
    }

    private static Priority priority(
            Catalog now, PoolSnapshot pool, InferenceRequest request, @Nullable ModelName model) {
        return now.priority(pool.id(), request.claim().objective(), model);
    }

    private static String tenant(InferenceRequest request, Bound bound) {
        String named = request.claim().tenant();
        ModelName model = bound.requested();
        return named.isEmpty() && model != null ? model.value() : named;
    }

    /// Models have shares where they are their own tenants.
    private static int weight(Catalog now, InferenceRequest request, Bound bound) {
        boolean own = request.claim().tenant().isEmpty();
        return own ? now.fairnessWeight(bound.pool().id(), bound.requested()) : 1;
    }

    private Reuse reuse(InferenceRequest request, @Nullable Target target) {
        return target != null && request.work() instanceof Work.Prompted work
                ? at -> prefixes.match(work.prompt(), PromptKnowledge.prefixSeed(target, work), at)
                : Reuse.NONE;
    }

    private @Nullable BooleanSupplier elsewhere(InferenceRequest request, Bound bound) {
        Target target = bound.target();
        if (target == null || bound.homes().size() < 2) {
            return null;
        }
        Rooms rooms = rooms(request, target.requested());
        return () -> destinations.isRoomBeside(bound.pool().id(), target, bound.homes(), rooms);
    }
}
