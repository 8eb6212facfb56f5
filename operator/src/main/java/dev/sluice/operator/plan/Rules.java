package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Headers;
import dev.sluice.operator.plan.Plan.Match;
import dev.sluice.operator.plan.Plan.Mirror;
import dev.sluice.operator.plan.Plan.Picker;
import dev.sluice.operator.plan.Plan.Pool;
import dev.sluice.operator.plan.Plan.Route;
import dev.sluice.operator.plan.Plan.ServiceBackend;
import dev.sluice.operator.plan.Plan.Target;
import dev.sluice.operator.plan.Plan.WeightedTarget;
import dev.sluice.operator.resolve.ResolvedRoute;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedBackend;
import dev.sluice.operator.resolve.ResolvedRoute.ResolvedRule;
import dev.sluice.operator.resolve.backend.Backend;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Fraction;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRequestMirrorFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The rules of a Gateway's routes, and the pools and Services that they lead to.
final class Rules {

    private final Settings settings;
    private final SortedMap<String, Pool> pools = new TreeMap<>();
    private final SortedMap<String, ServiceBackend> services = new TreeMap<>();

    Rules(Settings settings) {
        this.settings = settings;
    }

    /// The pools that the rules so far lead to.
    List<Pool> pools() {
        return List.copyOf(pools.values());
    }

    List<ServiceBackend> services() {
        return List.copyOf(services.values());
    }

    /// @param scheme what clients of the listener speak, `http` or `https`
    /// @param port the one that they connect to
    List<Route> routes(ResolvedRoute resolved, String scheme, int port) {
        List<Route> routes = new ArrayList<>();
        String owner = Resources.name(resolved.route());
        for (int i = 0; i < resolved.rules().size(); i++) {
            ResolvedRule rule = resolved.rules().get(i);
            Timeouts timeouts = Timeouts.of(rule.rule().getTimeouts());
            List<Match> matches = Matches.of(rule.rule());
            for (int j = 0; j < matches.size(); j++) {
                Match match = matches.get(j);
                Action action;
                Headers headers = Headers.UNCHANGED;
                switch (Filters.of(rule.rule().getFilters())) {
                    case Filters.SupportedFilters filters -> {
                        action = action(rule, filters, match, scheme, port);
                        headers = filters.headers();
                    }
                    case Filters.UnsupportedFilter(String type) ->
                        action = new Action.Respond(
                                500, "this route has a filter of type " + type + ", which is not served");
                }
                String name = owner + "/" + i + "/" + j;
                routes.add(new Route(name, match, action, headers, timeouts.request(), timeouts.backendRequest()));
            }
        }
        return routes;
    }

    private Action action(ResolvedRule rule, Filters.SupportedFilters filters, Match match, String scheme, int port) {
        if (filters.redirect() != null) {
            return Filters.redirect(filters.redirect(), match, scheme, port);
        }
        List<WeightedTarget> targets = new ArrayList<>();
        for (ResolvedBackend backend : rule.backends()) {
            // A backend that gets nothing now is kept ready for when it does, or finishes what it has.
            WeightedTarget target = target(backend);
            if (target.weight() > 0) {
                targets.add(target);
            }
        }
        return targets.isEmpty()
                ? new Action.Respond(500, "this route has no backend")
                : new Action.Forward(
                        targets,
                        Filters.rewrite(filters.rewrite(), match),
                        mirrors(filters.mirrors(), rule.mirrors()),
                        movable(rule, targets));
    }

    /// Of a single backend's filters only those of headers are served.
    private WeightedTarget target(ResolvedBackend backend) {
        return switch (Filters.of(backend.ref().getFilters())) {
            case Filters.SupportedFilters filters
            when filters.redirect() == null
                    && filters.rewrite() == null
                    && filters.mirrors().isEmpty() ->
                new WeightedTarget(backend.weight(), target(backend.backend()), filters.headers());
            case Filters.SupportedFilters _ -> unserved(backend);
            case Filters.UnsupportedFilter _ -> unserved(backend);
        };
    }

    private static WeightedTarget unserved(ResolvedBackend backend) {
        return new WeightedTarget(
                backend.weight(), new Target.ToNothing("this backend has filters that are not served"));
    }

    private Target target(Resolution<Backend> resolution) {
        return switch (resolution) {
            case Resolution.Complete<Backend>(Backend.ResolvedPool pool) -> pool(pool);
            case Resolution.Complete<Backend>(Backend.PlainService service) -> service(service);
            case Resolution.Missing<Backend>(String reason) -> new Target.ToNothing(reason);
            case Resolution.Forbidden<Backend>(String reason) -> new Target.ToNothing(reason);
            case Resolution.Conflict<Backend>(String reason) -> new Target.ToNothing(reason);
            case Resolution.Unsupported<Backend>(String reason) -> new Target.ToNothing(reason);
        };
    }

    private Target pool(Backend.ResolvedPool backend) {
        return switch (PickerLookup.of(backend, settings)) {
            case PickerLookup.Found(Picker picker) -> {
                Pool pool = PoolAddresses.pool(backend, picker);
                pools.put(pool.name(), pool);
                yield new Target.ToPool(pool.name());
            }
            case PickerLookup.NotFound(String reason) -> new Target.ToNothing(reason);
        };
    }

    private Target service(Backend.PlainService backend) {
        ServiceBackend service = ServiceEndpoints.backend(backend);
        services.put(service.name(), service);
        return new Target.ToService(service.name());
    }

    /// A mirror that names nothing is left out.
    private List<Mirror> mirrors(List<HTTPRequestMirrorFilter> filters, List<Resolution<Backend>> resolved) {
        List<Mirror> mirrors = new ArrayList<>();
        for (int i = 0; i < Math.min(filters.size(), resolved.size()); i++) {
            Target target = target(resolved.get(i));
            if (!(target instanceof Target.ToNothing)) {
                mirrors.add(mirror(target, filters.get(i)));
            }
        }
        return mirrors;
    }

    private static Mirror mirror(Target target, HTTPRequestMirrorFilter filter) {
        Fraction fraction = filter.getFraction();
        return fraction == null
                ? new Mirror(target, Objects.requireNonNullElse(filter.getPercent(), 100), 100)
                : new Mirror(
                        target, fraction.getNumerator(), Objects.requireNonNullElse(fraction.getDenominator(), 100));
    }

    /// A request moves within the stream to its picker, so that only pools of that same picker will do, and only one
    /// of Sluice's own may move it.
    private List<String> movable(ResolvedRule rule, List<WeightedTarget> targets) {
        Set<Picker> pickers = targets.stream()
                .filter(target -> target.target() instanceof Target.ToPool)
                .map(target -> pools.get(((Target.ToPool) target.target()).pool()))
                .filter(Objects::nonNull)
                .map(Pool::picker)
                .filter(Picker::shared)
                .collect(Collectors.toSet());
        List<String> movable = new ArrayList<>();
        for (Backend.ResolvedPool backend : rule.movable()) {
            if (PickerLookup.of(backend, settings) instanceof PickerLookup.Found(Picker picker)
                    && pickers.contains(picker)
                    && pool(backend) instanceof Target.ToPool(String pool)) {
                movable.add(pool);
            }
        }
        return movable;
    }
}
