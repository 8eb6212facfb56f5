package dev.sluice.operator.plan;

import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Headers;
import dev.sluice.operator.plan.Plan.Host;
import dev.sluice.operator.plan.Plan.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.stream.Stream;

/// The hosts of the Gateway listeners that share a port. Each name belongs to the one listener whose hostname fits it
/// best, whether or not that listener has a route for it: routes of another one do not come in its place.
final class Hosts {

    static final String ANY = "*";

    private static final Comparator<String> MOST_SPECIFIC_FIRST = Comparator.<String>comparingInt(
                    hostname -> hostname.equals(ANY) ? 2 : hostname.startsWith("*.") ? 1 : 0)
            .thenComparingInt(hostname -> -hostname.length());

    private static final Action MISDIRECTED =
            new Action.Respond(421, "this connection is for another host; connect to the one that you ask for");

    private final List<String> listeners;

    /// @param listeners the hostname of each listener of the port
    Hosts(List<String> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /// The hosts of one listener among all on the port. A name that only it may answer, and for which it has no
    /// route, is a host without routes, so that the name does not fall to a less specific host of another listener.
    List<Host> of(String listener, SortedMap<String, SequencedSet<Route>> routes) {
        List<Host> hosts = new ArrayList<>();
        if (!routes.containsKey(listener) && fitting(listener).skip(1).findAny().isPresent()) {
            hosts.add(new Host(listener, List.of()));
        }
        routes.keySet().stream()
                .filter(hostname -> fitting(hostname).findFirst().orElse(ANY).equals(listener))
                .map(hostname -> new Host(hostname, routes(hostname, routes)))
                .forEach(hosts::add);
        return hosts;
    }

    /// The hosts of one listener on connections that reach it alone: names that belong to others are misdirected.
    List<Host> withoutOthers(String listener, SortedMap<String, SequencedSet<Route>> routes) {
        List<Host> hosts = new ArrayList<>(of(listener, routes));
        hosts.removeIf(host -> host.routes().isEmpty());
        listeners.stream()
                .filter(other -> !other.equals(listener))
                .map(other -> new Host(
                        other,
                        List.of(new Route(
                                "misdirected", Matches.ANYTHING, MISDIRECTED, Headers.UNCHANGED, null, null))))
                .forEach(hosts::add);
        return hosts;
    }

    /// The listeners that may answer for a name, the one that does first.
    private Stream<String> fitting(String hostname) {
        return listeners.stream().filter(listener -> covers(listener, hostname)).sorted(MOST_SPECIFIC_FIRST);
    }

    /// The routes of the name itself come before those of wider names, which take what is left.
    private static List<Route> routes(String hostname, SortedMap<String, SequencedSet<Route>> routes) {
        return routes.entrySet().stream()
                .filter(wider -> covers(wider.getKey(), hostname))
                .sorted(Map.Entry.comparingByKey(MOST_SPECIFIC_FIRST))
                .flatMap(wider -> wider.getValue().stream().sorted(Matches.PRECEDENCE))
                .distinct()
                .toList();
    }

    private static boolean covers(String wider, String narrower) {
        return wider.equals(ANY)
                || wider.equals(narrower)
                || (wider.startsWith("*.") && narrower.endsWith(wider.substring(1)));
    }
}
