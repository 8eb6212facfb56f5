package dev.sluice.operator.resolve;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.backend.Backend.PickerService;
import dev.sluice.operator.resolve.backend.Backends;
import dev.sluice.operator.resolve.backend.Bindings;
import dev.sluice.operator.resolve.resources.Grants;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// To which pools a picker may move the requests of a rule: those that serve published models, that the same shared
/// picker knows, and that the route may refer to.
final class Moves {

    private final Bindings bindings;
    private final Backends backends;
    private final Grants grants;
    private final boolean onePicker;

    /// @param onePicker whether all pools have the same picker, whatever they name
    Moves(Bindings bindings, Backends backends, Grants grants, boolean onePicker) {
        this.bindings = bindings;
        this.backends = backends;
        this.grants = grants;
        this.onePicker = onePicker;
    }

    /// In the order of their names. A pool that is the rule's only one is not among them: its requests are there.
    List<Backend.ResolvedPool> of(HTTPRoute route, List<ResolvedBackend> rule) {
        List<Backend.ResolvedPool> own = rule.stream()
                .flatMap(backend -> backend.backend() instanceof Resolution.Complete<Backend>(Backend.ResolvedPool pool)
                        ? Stream.of(pool)
                        : Stream.<Backend.ResolvedPool>empty())
                .filter(this::isShared)
                .toList();
        SortedMap<String, Backend.ResolvedPool> movable = new TreeMap<>();
        for (Backend.ResolvedPool from : own) {
            String namespace = from.pool().getMetadata().getNamespace();
            for (String name : bindings.poolsOf(namespace)) {
                backends.pool(namespace, name)
                        .filter(to -> !isSame(from, to) && samePicker(from, to) && mayRefer(route, to))
                        .ifPresent(to -> movable.put(Resources.name(to.pool()), to));
            }
        }
        return List.copyOf(movable.values());
    }

    private boolean isShared(Backend.ResolvedPool pool) {
        return onePicker
                || (pool.picker() instanceof Resolution.Complete<PickerService>(PickerService picker)
                        && picker.shared());
    }

    private boolean samePicker(Backend.ResolvedPool one, Backend.ResolvedPool other) {
        return onePicker
                || (one.picker() instanceof Resolution.Complete<PickerService>(PickerService first)
                        && other.picker() instanceof Resolution.Complete<PickerService>(PickerService second)
                        && first.shared()
                        && second.shared()
                        && Resources.name(first.service().service())
                                .equals(Resources.name(second.service().service())));
    }

    private boolean mayRefer(HTTPRoute route, Backend.ResolvedPool to) {
        return grants.refusal(
                        new Grants.From("HTTPRoute", route.getMetadata().getNamespace()),
                        new Grants.To(
                                InferencePool.GROUP,
                                InferencePool.KIND,
                                to.pool().getMetadata().getNamespace(),
                                to.pool().getMetadata().getName()))
                .isEmpty();
    }

    private static boolean isSame(Backend.ResolvedPool one, Backend.ResolvedPool other) {
        return Resources.name(one.pool()).equals(Resources.name(other.pool()));
    }
}
