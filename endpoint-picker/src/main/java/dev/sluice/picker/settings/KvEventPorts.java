package dev.sluice.picker.settings;

import dev.sluice.picker.identity.EndpointId;
import java.util.List;

/// The ports at which the engines of a pool publish their KV cache events.
///
/// The engines of one pod, which are the ranks of a data-parallel group, publish at consecutive ports, in the order
/// of the pool's target ports.
///
/// @param first the port of the first engine's events
/// @param firstReplay the port at which it sends past events again, or 0 for none
/// @param targetPorts the pool's target ports
public record KvEventPorts(int first, int firstReplay, List<Integer> targetPorts) {
    public KvEventPorts {
        targetPorts = List.copyOf(targetPorts);
    }

    public int events(EndpointId endpoint) {
        return first + rank(endpoint);
    }

    /// 0 for none.
    public int replay(EndpointId endpoint) {
        return firstReplay == 0 ? 0 : firstReplay + rank(endpoint);
    }

    /// An endpoint's engine publishes where it did by other ports.
    public boolean areAsIn(KvEventPorts other, EndpointId endpoint) {
        return events(endpoint) == other.events(endpoint) && replay(endpoint) == other.replay(endpoint);
    }

    private int rank(EndpointId endpoint) {
        return Math.max(0, targetPorts.indexOf(endpoint.port()));
    }
}
