package dev.sluice.operator.plan;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The plan tells what the gateways shall do, in Sluice's own words: where to listen, how to route, and what
/// serves. Equal resources give equal plans.
public record Plan(List<Gateway> gateways) {

    public Plan {
        gateways = List.copyOf(gateways);
    }

    /// A plan that serves nothing.
    public static Plan empty() {
        return new Plan(List.of());
    }

    /// The Gateway named `namespace/name`.
    public Optional<Gateway> gateway(String name) {
        return gateways.stream().filter(gateway -> gateway.name().equals(name)).findFirst();
    }

    /// The listeners of all Gateways.
    public List<Listener> listeners() {
        return gateways.stream()
                .flatMap(gateway -> gateway.listeners().stream())
                .toList();
    }

    /// The pools behind all Gateways, each once.
    public List<Pool> pools() {
        return distinct(Gateway::pools, Pool::name);
    }

    /// The Services behind all Gateways, each once.
    public List<ServiceBackend> services() {
        return distinct(Gateway::services, ServiceBackend::name);
    }

    private <T> List<T> distinct(Function<Gateway, List<T>> all, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        gateways.stream().map(all).flatMap(Collection::stream).forEach(one -> byName.putIfAbsent(name.apply(one), one));
        return List.copyOf(byName.values());
    }

    /// A Gateway, named `namespace/name`, and all that its routes lead to.
    public record Gateway(String name, List<Listener> listeners, List<Pool> pools, List<ServiceBackend> services) {

        public Gateway {
            listeners = List.copyOf(listeners);
            pools = List.copyOf(pools);
            services = List.copyOf(services);
        }
    }

    /// A port that takes requests; `port` is the one that is bound. Which address is bound, each Envoy says for itself.
    public sealed interface Listener {

        String name();

        int port();

        /// Requests in the clear, and the hosts behind them.
        record Http(String name, int port, List<Host> hosts) implements Listener {}

        /// Requests over TLS: which hosts a connection reaches, the server name decides that it asks for.
        record Https(String name, int port, List<Chain> chains) implements Listener {}

        /// The hosts that its connections reach, whatever server name they ask for.
        default Stream<Host> everyHost() {
            return switch (this) {
                case Http http -> http.hosts().stream();
                case Https https -> https.chains().stream().flatMap(chain -> chain.hosts().stream());
            };
        }
    }

    /// The connections that ask for one server name (`*` for any), the certificates that they are shown, and the
    /// hosts that they reach.
    public record Chain(String name, String serverName, List<Certificate> certificates, List<Host> hosts) {}

    /// A certificate of a Secret named `namespace/name`: chain and private key in PEM.
    public record Certificate(String name, String chain, String key) {

        /// Names the Secret and keeps the key to itself.
        @Override
        public String toString() {
            return "Certificate[" + name + "]";
        }
    }

    /// A host name or IP address, and a port.
    public record Address(String host, int port) {

        @Override
        public String toString() {
            return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
        }
    }

    /// The routes of one hostname (`*` for any), the most specific first.
    public record Host(String hostname, List<Route> routes) {}

    /// The route tells which requests it takes, and what happens to them. Without a timeout a request may
    /// take as long as it sends bytes.
    public record Route(
            String name,
            Match match,
            Action action,
            Headers headers,
            @Nullable Duration timeout,
            @Nullable Duration tryTimeout) {}

    /// The conditions on a request; all of it must hold.
    public record Match(
            PathMatch path, @Nullable String method, List<ValueMatch> headers, List<ValueMatch> queryParameters) {}

    /// The condition on the path.
    public record PathMatch(PathKind kind, String value) {}

    /// The way in which a path is compared; the constants are in the order of precedence.
    public enum PathKind {
        EXACT,
        REGEX,
        PREFIX
    }

    /// The condition on a header or query parameter.
    public record ValueMatch(String name, boolean regex, String value) {}

    /// The action that is taken on a request.
    public sealed interface Action {

        /// It goes to one of these, by weight, under another host name or path if the rewrite says so; the mirrors get
        /// copies. A picker that may do so moves it to one of the pools in `movable` instead.
        record Forward(List<WeightedTarget> targets, Rewrite rewrite, List<Mirror> mirrors, List<String> movable)
                implements Action {

            public Forward {
                targets = List.copyOf(targets);
                mirrors = List.copyOf(mirrors);
                movable = List.copyOf(movable);
            }
        }

        /// The client is sent elsewhere; what is null stays as the client asked for it.
        record Redirect(
                @Nullable String scheme,
                @Nullable String hostname,
                @Nullable Integer port,
                @Nullable PathChange path,
                int status)
                implements Action {}

        /// It is answered at once.
        record Respond(int status, String body) implements Action {}
    }

    /// Another host name and another path; what is null stays as it is.
    public record Rewrite(
            @Nullable String hostname, @Nullable PathChange path) {

        public static final Rewrite NONE = new Rewrite(null, null);
    }

    /// The change by which a path becomes another.
    public sealed interface PathChange {

        /// The whole path becomes this.
        record Full(String path) implements PathChange {}

        /// The matched prefix becomes this.
        record Prefix(String prefix, String replacement) implements PathChange {}
    }

    /// The mirror gets copies of so many of a route's requests; nobody waits for its answers.
    public record Mirror(Target target, int numerator, int denominator) {}

    /// The changes to the headers of requests and of their responses.
    public record Headers(HeaderChange request, HeaderChange response) {

        public static final Headers UNCHANGED = new Headers(HeaderChange.NONE, HeaderChange.NONE);
    }

    /// The headers that take another value, get one more, and go.
    public record HeaderChange(List<Header> set, List<Header> add, List<String> remove) {

        public static final HeaderChange NONE = new HeaderChange(List.of(), List.of(), List.of());
    }

    /// A header and its value.
    public record Header(String name, String value) {}

    /// A target, its share, and what happens to the headers of that share's requests.
    public record WeightedTarget(int weight, Target target, Headers headers) {

        public WeightedTarget(int weight, Target target) {
            this(weight, target, Headers.UNCHANGED);
        }
    }

    /// The target serves a share of a route's requests.
    public sealed interface Target {

        /// The pool of this name.
        record ToPool(String pool) implements Target {}

        /// The Service of this name.
        record ToService(String service) implements Target {}

        /// Nothing: its share is answered with 500, because its reference names nothing.
        record ToNothing(String reason) implements Target {}
    }

    /// An InferencePool, named `namespace/name`, as the gateway needs to know it.
    public record Pool(
            String name,
            Protocol protocol,
            List<Address> endpoints,
            Picker picker,
            boolean failOpen,
            boolean responseHeadersOnly) {}

    /// The protocol that the endpoints speak.
    public enum Protocol {
        HTTP1,
        H2C
    }

    /// An endpoint picker: where each of its replicas answers, and whether they do so over TLS (their
    /// certificates are not verified). Any replica will do for any request; without one, requests fail as the
    /// pool's failure mode says.
    ///
    /// @param name of its Service and port, `namespace/service:port`; or its address, where no Service has it
    /// @param shared whether it is Sluice's own, which serves many pools and may move requests among them
    public record Picker(String name, List<Address> replicas, boolean tls, boolean shared) {

        public Picker {
            replicas = List.copyOf(replicas);
        }

        /// A picker of Sluice's own at a fixed address.
        public Picker(Address address, boolean tls) {
            this(address.toString(), List.of(address), tls, true);
        }
    }

    /// A port of a plain Service, named `namespace/name:port`.
    public record ServiceBackend(String name, Protocol protocol, List<Address> endpoints) {}
}
