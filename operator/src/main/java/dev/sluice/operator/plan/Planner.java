package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Chain;
import dev.sluice.operator.plan.Plan.Host;
import dev.sluice.operator.plan.Plan.Listener;
import dev.sluice.operator.plan.Plan.Route;
import dev.sluice.operator.resolve.ResolvedGateway;
import dev.sluice.operator.resolve.ResolvedGateway.ResolvedListener;
import dev.sluice.operator.resolve.ResolvedRoute;
import dev.sluice.operator.resolve.TlsKeyPair;
import dev.sluice.operator.resolve.resources.Resolution;
import dev.sluice.operator.resolve.resources.Resources;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes a [Plan] of resolved Gateways.
public final class Planner {

    private final Settings settings;
    private final Rules rules;

    private Planner(Settings settings) {
        this.settings = settings;
        this.rules = new Rules(settings);
    }

    public static Plan plan(List<ResolvedGateway> gateways, Settings settings) {
        return new Plan(gateways.stream()
                .map(gateway -> new Planner(settings).gateway(gateway))
                .toList());
    }

    private Plan.Gateway gateway(ResolvedGateway gateway) {
        String name = Resources.name(gateway.gateway());
        SortedMap<Integer, List<ServedListener>> ports = new TreeMap<>();
        for (ResolvedListener listener : gateway.listeners()) {
            if (listener.certificates() instanceof Resolution.Complete<List<TlsKeyPair>>(List<TlsKeyPair> shown)) {
                ports.computeIfAbsent(listener.spec().getPort(), _ -> new ArrayList<>())
                        .add(new ServedListener(listener, shown));
            }
        }
        List<Listener> listeners = new ArrayList<>();
        ports.forEach((port, served) -> listeners.add(listener(name + "/" + port, port, served)));
        return new Plan.Gateway(name, listeners, rules.pools(), rules.services());
    }

    /// A listener for each port: Gateway listeners that share a port differ in their hostnames.
    private Listener listener(String name, int port, List<ServedListener> served) {
        boolean tls = served.getFirst().isTls();
        List<ServedListener> alike =
                served.stream().filter(listener -> listener.isTls() == tls).toList();
        Hosts hosts = new Hosts(alike.stream().map(ServedListener::hostname).toList());
        if (!tls) {
            List<Host> all = alike.stream()
                    .flatMap(listener -> hosts.of(listener.hostname(), routes(listener)).stream())
                    .toList();
            return new Listener.Http(name, settings.ports().bound(port), all);
        }
        List<Chain> chains = alike.stream()
                .map(listener -> new Chain(
                        name + "/" + listener.resolved().spec().getName(),
                        listener.hostname(),
                        listener.certificates().stream()
                                .map(shown -> new Plan.Certificate(shown.secret(), shown.chain(), shown.key()))
                                .toList(),
                        hosts.withoutOthers(listener.hostname(), routes(listener))))
                .toList();
        return new Listener.Https(name, settings.ports().bound(port), chains);
    }

    /// By hostname, in the order of the resolved routes: the oldest first.
    private SortedMap<String, SequencedSet<Route>> routes(ServedListener listener) {
        SortedMap<String, SequencedSet<Route>> routes = new TreeMap<>();
        for (ResolvedRoute resolved : listener.resolved().routes()) {
            List<Route> planned = rules.routes(
                    resolved,
                    listener.isTls() ? "https" : "http",
                    listener.resolved().spec().getPort());
            for (String hostname : resolved.hostnames()) {
                routes.computeIfAbsent(hostname, _ -> new LinkedHashSet<>()).addAll(planned);
            }
        }
        return routes;
    }

    /// A listener that can be served, and the certificates that it shows; without one it does not speak TLS.
    private record ServedListener(ResolvedListener resolved, List<TlsKeyPair> certificates) {

        boolean isTls() {
            return !certificates.isEmpty();
        }

        String hostname() {
            String hostname = resolved.spec().getHostname();
            return hostname == null || hostname.isEmpty() ? Hosts.ANY : hostname;
        }
    }
}
