package dev.sluice.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.plan.Plan.Action;
import dev.sluice.operator.plan.Plan.Headers;
import dev.sluice.operator.plan.Plan.Host;
import dev.sluice.operator.plan.Plan.Route;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HostsTest {

    private static final Hosts HOSTS = new Hosts(List.of("*", "*.example.com", "chat.example.com"));

    @Test
    void aNameBelongsToTheListenerThatFitsItBest() {
        assertThat(names(HOSTS.of("*", routes("www.example.com", "chat.example.com", "example.org"))))
                .containsExactly("example.org");
        assertThat(names(HOSTS.of("*.example.com", routes("*.example.com", "www.example.com", "chat.example.com"))))
                .containsExactly("*.example.com", "www.example.com");
        assertThat(names(HOSTS.of("chat.example.com", routes("chat.example.com"))))
                .containsExactly("chat.example.com");
    }

    @Test
    void aListenerWithoutARouteForItsNameKeepsItFromOthers() {
        List<Host> hosts = HOSTS.of("*.example.com", routes("www.example.com"));

        assertThat(hosts.getFirst()).isEqualTo(new Host("*.example.com", List.of()));
        assertThat(names(HOSTS.of("*", routes("example.org")))).doesNotContain("*");
    }

    @Test
    void whatTheRoutesOfANameLeaveThoseOfWiderNamesTake() {
        Hosts alone = new Hosts(List.of("*"));

        List<Host> hosts = alone.of("*", routes("*", "*.example.com", "www.example.com"));

        assertThat(hosts.getLast().hostname()).isEqualTo("www.example.com");
        assertThat(hosts.getLast().routes())
                .extracting(Route::name)
                .containsExactly("www.example.com", "*.example.com", "*");
    }

    @Test
    void onAConnectionForOneListenerTheNamesOfOthersAreMisdirected() {
        List<Host> hosts = HOSTS.withoutOthers("chat.example.com", routes("chat.example.com"));

        assertThat(names(hosts)).containsExactly("chat.example.com", "*", "*.example.com");
        assertThat(hosts.subList(1, 3))
                .allSatisfy(host -> assertThat(host.routes().getFirst().action())
                        .isInstanceOfSatisfying(
                                Action.Respond.class,
                                respond -> assertThat(respond.status()).isEqualTo(421)));
    }

    @Test
    void everyNameIsThereOnce() {
        SortedMap<String, SequencedSet<Route>> routes = routes("*", "*.example.com", "chat.example.com");

        for (String listener : List.of("*", "*.example.com", "chat.example.com")) {
            assertThat(names(HOSTS.withoutOthers(listener, routes))).doesNotHaveDuplicates();
        }
    }

    private static List<String> names(List<Host> hosts) {
        return hosts.stream().map(Host::hostname).toList();
    }

    /// One route for each hostname, of the same name.
    private static SortedMap<String, SequencedSet<Route>> routes(String... hostnames) {
        SortedMap<String, SequencedSet<Route>> routes = new TreeMap<>();
        for (String hostname : hostnames) {
            Action action = new Action.Respond(200, hostname);
            routes.put(
                    hostname,
                    new LinkedHashSet<>(
                            List.of(new Route(hostname, Matches.ANYTHING, action, Headers.UNCHANGED, null, null))));
        }
        return routes;
    }
}
