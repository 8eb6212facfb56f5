package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Address;
import dev.sluice.operator.plan.Plan.Host;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Plan.Route;
import dev.sluice.operator.plan.Plan.ServiceBackend;
import dev.sluice.operator.plan.Plan.Target;
import dev.sluice.operator.plan.Plan.WeightedTarget;
import dev.sluice.operator.resolve.Backend;
import dev.sluice.operator.resolve.Resolution;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.ResolvedRoute;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes a [Plan] of resolved Gateways.
public final class Planner {

    private final Settings settings;
    private final SortedMap<String, Pool> pools = new TreeMap<>();
    private final SortedMap<String, ServiceBackend> services = new TreeMap<>();

    private Planner(Settings settings) {
        this.settings = settings;
    }

    public static Plan plan(List<ResolvedGateway> gateways, Settings settings) {
        Planner planner = new Planner(settings);
        List<Plan.Listener> listeners = gateways.stream()
                .flatMap(gateway -> planner.listeners(gateway).stream())
                .toList();
        return new Plan(listeners, List.copyOf(planner.pools.values()), List.copyOf(planner.services.values()));
    }

    /// One listener for each port: Gateway listeners that share a port differ in their hostnames.
    private List<Plan.Listener> listeners(ResolvedGateway gateway) {
        SortedMap<Integer, SortedMap<String, SequencedSet<Route>>> ports = new TreeMap<>();
        for (ResolvedListener resolved : gateway.listeners()) {
            if (resolved.certificates() instanceof Resolution.Complete) {
                var hosts = ports.computeIfAbsent(resolved.spec().getPort(), _ -> new TreeMap<>());
                resolved.routes().forEach(route -> addRoutes(route, hosts));
            }
        }
        String owner = gateway.gateway().getMetadata().getNamespace() + "/"
                + gateway.gateway().getMetadata().getName();
        List<Plan.Listener> listeners = new ArrayList<>();
        ports.forEach((port, hosts) -> listeners.add(new Plan.Listener(
                owner + "/" + port,
                new Address(settings.listenHost(), settings.listenPorts().getOrDefault(port, port)),
                hosts(hosts))));
        return listeners;
    }

    private void addRoutes(ResolvedRoute resolved, Map<String, SequencedSet<Route>> hosts) {
        List<Route> routes = routes(resolved);
        for (String hostname : resolved.hostnames()) {
            hosts.computeIfAbsent(hostname, _ -> new LinkedHashSet<>()).addAll(routes);
        }
    }

    private static List<Host> hosts(Map<String, SequencedSet<Route>> routes) {
        return routes.entrySet().stream()
                .map(host -> new Host(
                        host.getKey(),
                        host.getValue().stream().sorted(Matches.PRECEDENCE).toList()))
                .toList();
    }

    private List<Route> routes(ResolvedRoute resolved) {
        List<Route> routes = new ArrayList<>();
        String owner = resolved.route().getMetadata().getNamespace() + "/"
                + resolved.route().getMetadata().getName();
        for (int i = 0; i < resolved.rules().size(); i++) {
            ResolvedRule rule = resolved.rules().get(i);
            Action action = action(rule);
            Timeouts timeouts = Timeouts.of(rule.rule().getTimeouts());
            List<Plan.Match> matches = Matches.of(rule.rule());
            for (int j = 0; j < matches.size(); j++) {
                String name = owner + "/" + i + "/" + j;
                routes.add(new Route(name, matches.get(j), action, timeouts.request(), timeouts.backendRequest()));
            }
        }
        return routes;
    }

    private Action action(ResolvedRule rule) {
        if (Matches.hasFilters(rule.rule())) {
            return new Action.Respond(500, "this route has filters, which are not served");
        }
        List<WeightedTarget> targets = new ArrayList<>();
        for (ResolvedBackend backend : rule.backends()) {
            if (backend.weight() > 0) {
                targets.add(new WeightedTarget(backend.weight(), target(backend.backend())));
            }
        }
        return targets.isEmpty()
                ? new Action.Respond(500, "this route has no backend")
                : new Action.Forward(List.copyOf(targets));
    }

    private Target target(Resolution<Backend> resolution) {
        return switch (resolution) {
            case Resolution.Complete<Backend>(Backend.Pool pool) -> pool(pool);
            case Resolution.Complete<Backend>(Backend.PlainService service) -> service(service);
            case Resolution.Missing<Backend>(String reason) -> new Target.ToNothing(reason);
            case Resolution.Forbidden<Backend>(String reason) -> new Target.ToNothing(reason);
            case Resolution.Conflict<Backend>(String reason) -> new Target.ToNothing(reason);
            case Resolution.Unsupported<Backend>(String reason) -> new Target.ToNothing(reason);
        };
    }

    private Target pool(Backend.Pool backend) {
        return switch (Pickers.of(backend, settings)) {
            case Pickers.Found(Plan.Picker picker) -> {
                Pool pool = Endpoints.pool(backend, picker);
                pools.put(pool.name(), pool);
                yield new Target.ToPool(pool.name());
            }
            case Pickers.NotFound(String reason) -> new Target.ToNothing(reason);
        };
    }

    private Target service(Backend.PlainService backend) {
        ServiceBackend service = Endpoints.service(backend);
        services.put(service.name(), service);
        return new Target.ToService(service.name());
    }
}
