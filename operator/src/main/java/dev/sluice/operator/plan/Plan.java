package dev.sluice.operator.plan;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the gateway shall do, in Sluice's own words: where to listen, how to route, and what serves. Equal resources
/// give equal plans.
public record Plan(List<Listener> listeners, List<Pool> pools, List<ServiceBackend> services) {

    public Plan {
        listeners = List.copyOf(listeners);
        pools = List.copyOf(pools);
        services = List.copyOf(services);
    }

    /// A plan that serves nothing.
    public static Plan empty() {
        return new Plan(List.of(), List.of(), List.of());
    }

    /// A socket that takes requests, and the hosts behind it.
    public record Listener(String name, Address address, List<Host> hosts) {}

    /// A host name or IP address, and a port.
    public record Address(String host, int port) {

        @Override
        public String toString() {
            return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
        }
    }

    /// The routes of one hostname (`*` for any), the most specific first.
    public record Host(String hostname, List<Route> routes) {}

    /// Which requests, and what happens to them. Without a timeout a request may take as long as it sends bytes.
    public record Route(
            String name,
            Match match,
            Action action,
            @Nullable Duration timeout,
            @Nullable Duration tryTimeout) {}

    /// What a request must look like; all of it must hold.
    public record Match(
            PathMatch path, @Nullable String method, List<ValueMatch> headers, List<ValueMatch> queryParameters) {}

    /// What the path must look like.
    public record PathMatch(PathKind kind, String value) {}

    /// How a path is compared; the constants are in the order of precedence.
    public enum PathKind {
        EXACT,
        REGEX,
        PREFIX
    }

    /// What a header or query parameter must look like.
    public record ValueMatch(String name, boolean regex, String value) {}

    /// What happens to a request.
    public sealed interface Action {

        /// It goes to one of these, by weight.
        record Forward(List<WeightedTarget> targets) implements Action {}

        /// It is answered at once.
        record Respond(int status, String body) implements Action {}
    }

    /// A target and its share.
    public record WeightedTarget(int weight, Target target) {}

    /// What serves a share of a route's requests.
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

    /// What the endpoints speak.
    public enum Protocol {
        HTTP1,
        H2C
    }

    /// An endpoint picker: where each of its replicas answers, and whether they do so over TLS (their
    /// certificates are not verified). Any replica will do for any request.
    public record Picker(List<Address> replicas, boolean tls) {
        public Picker {
            replicas = List.copyOf(replicas);
            if (replicas.isEmpty()) {
                throw new IllegalArgumentException("a picker without a replica is none");
            }
        }

        public Picker(Address address, boolean tls) {
            this(List.of(address), tls);
        }
    }

    /// A port of a plain Service, named `namespace/name:port`.
    public record ServiceBackend(String name, List<Address> endpoints) {}
}
