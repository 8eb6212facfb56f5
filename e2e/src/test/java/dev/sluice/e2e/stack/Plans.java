package dev.sluice.e2e.stack;

import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Gateway;
import dev.sluice.operator.plan.Plan.Host;
import dev.sluice.operator.plan.Plan.Listener;
import dev.sluice.operator.plan.Plan.Match;
import dev.sluice.operator.plan.Plan.PathKind;
import dev.sluice.operator.plan.Plan.PathMatch;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Plan.Protocol;
import dev.sluice.operator.plan.Plan.Route;
import dev.sluice.operator.plan.Plan.Target;
import dev.sluice.operator.plan.Plan.WeightedTarget;
import java.util.List;
import java.util.stream.Stream;

/// Plans in short.
public final class Plans {
    private static final Match ANYTHING = new Match(new PathMatch(PathKind.PREFIX, "/"), null, List.of(), List.of());

    private Plans() {}

    public static Route route(String name, Action action) {
        return new Route(name, ANYTHING, action, Plan.Headers.UNCHANGED, null, null);
    }

    /// Every request is answered with the route's name.
    public static Route answer(String name) {
        return route(name, new Action.Respond(200, name));
    }

    /// A Gateway with one plain listener that has one route.
    public static Gateway gateway(String name, int port, Route route, Pool... pools) {
        Listener listener = new Listener.Http(name + "/" + port, port, List.of(new Host("*", List.of(route))));
        return new Gateway(name, List.of(listener), List.of(pools), List.of());
    }

    /// Requests go to the pools in equal shares.
    ///
    /// @param movable the pools to which a picker may move them
    public static Action.Forward forward(List<Pool> pools, List<String> movable) {
        return new Action.Forward(
                pools.stream()
                        .map(pool -> new WeightedTarget(1, new Target.ToPool(pool.name())))
                        .toList(),
                Plan.Rewrite.NONE,
                List.of(),
                movable);
    }

    /// A pool that fails closed.
    public static Pool pool(String name, Plan.Picker picker, Address... endpoints) {
        return new Pool(name, Protocol.HTTP1, Stream.of(endpoints).toList(), picker, false, false);
    }
}
