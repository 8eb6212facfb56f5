package dev.sluice.picker.admission.preemption;

import dev.sluice.picker.admission.preemption.Preemption.EndedRequest;
import dev.sluice.picker.admission.preemption.Preemption.Site;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// The sheddable requests of one endpoint, kept as they come and go. Needs the lock of its [PreemptibleRequests].
final class EndpointRequests {
    private final Endpoint endpoint;
    private final NavigableSet<PreemptibleRequest> running = new TreeSet<>(PreemptibleRequest.EASIEST_FIRST);
    private final Set<PreemptibleRequest> leaving = new LinkedHashSet<>();
    private final Deque<EndedRequest> left = new ArrayDeque<>();

    EndpointRequests(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    void enter(PreemptibleRequest request) {
        running.add(request);
    }

    /// A request is told to end: it counts as leaving from now on.
    void evict(PreemptibleRequest request) {
        if (running.remove(request)) {
            leaving.add(request);
        }
    }

    /// A request goes to another endpoint, as it is.
    void move(PreemptibleRequest request, EndpointRequests to) {
        if (running.remove(request)) {
            request.footprint = request.footprint.at(to.endpoint);
            to.running.add(request);
        } else if (leaving.remove(request)) {
            request.footprint = request.footprint.at(to.endpoint);
            to.leaving.add(request);
        }
    }

    /// A request has ended.
    ///
    /// @return whether it ran here
    boolean leave(PreemptibleRequest request, EndedRequest ended) {
        if (!running.remove(request) && !leaving.remove(request)) {
            return false;
        }
        left.addLast(ended);
        return true;
    }

    /// A request that ended is too long ago to matter.
    void forget(EndedRequest ended) {
        left.removeFirstOccurrence(ended);
    }

    boolean isEmpty() {
        return running.isEmpty() && leaving.isEmpty() && left.isEmpty();
    }

    boolean hasEnded() {
        return !left.isEmpty();
    }

    /// The endpoint takes requests.
    boolean isCandidate() {
        return endpoint.isMember() && !endpoint.isFaulty();
    }

    /// The endpoint without running requests that may be preempted.
    Site settled() {
        return new Site(endpoint, endpoint.signals(), List.of(), leaving, left);
    }

    /// The endpoint with the requests that one of this priority may preempt, the easiest first.
    Site site(Priority priority) {
        List<PreemptibleRequest> evictable = new ArrayList<>();
        for (PreemptibleRequest each : running) {
            if (each.priority().compareTo(priority) >= 0) {
                break;
            }
            evictable.add(each);
        }
        return new Site(endpoint, endpoint.signals(), evictable, leaving, left);
    }
}
