package dev.sluice.picker.identity;

import java.util.Set;

/// The endpoints that the proxy allows for a request.
public sealed interface EndpointSubset {
    /// No hint was given: the whole pool.
    EndpointSubset ANY = new Any();

    boolean admits(EndpointId endpoint, String address);

    /// The whole pool.
    record Any() implements EndpointSubset {
        @Override
        public boolean admits(EndpointId endpoint, String address) {
            return true;
        }
    }

    /// Only these: each item is `ip:port`, or a bare `ip` that means all its ports. An empty set admits nothing.
    record Only(Set<String> addresses) implements EndpointSubset {
        public Only {
            addresses = Set.copyOf(addresses);
        }

        @Override
        public boolean admits(EndpointId endpoint, String address) {
            return addresses.contains(address) || addresses.contains(endpoint.ip());
        }
    }
}
