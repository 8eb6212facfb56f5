package dev.sluice.picker.admission.preemption;

import dev.sluice.picker.admission.capacity.FreedCapacity;
import dev.sluice.picker.admission.capacity.Saturation;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Footprint;
import dev.sluice.picker.pool.signal.Signals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the running requests to preempt for a request of higher priority.
///
/// They run at the endpoint where the fewest suffice. The lowest priority goes first, then the shortest run, because
/// it loses the least work.
///
/// A preempted request counts as gone at once, and after its end until the engine's metrics no longer show it.
/// Otherwise the same request, or the next, would preempt more than it needs.
public final class Preemption {
    /// An engine read this soon after a preemption may not have noticed it.
    static final long SETTLING_NANOS = 100_000_000;

    private Preemption() {}

    /// A request that left an endpoint a short time ago.
    record EndedRequest(Footprint footprint, long atNanos) {
        /// The engine's last report counts the request.
        private boolean isIn(Signals signals, long settling) {
            return footprint.sinceNanos() - signals.atNanos() < 0 && signals.atNanos() - atNanos - settling <= 0;
        }
    }

    /// An endpoint and its requests that matter for preemption.
    ///
    /// @param signals what its engine last reported
    /// @param evictable requests that may be preempted
    /// @param leaving preempted requests that still run
    /// @param left requests that ended a short time ago
    record Site(
            Endpoint endpoint,
            @Nullable Signals signals,
            List<PreemptibleRequest> evictable,
            Collection<PreemptibleRequest> leaving,
            Collection<EndedRequest> left) {
        /// Capacity of ended requests, as far as the engine still reports them.
        private FreedCapacity left(long settling) {
            if (signals == null || left.isEmpty()) {
                return FreedCapacity.NONE;
            }
            int reported = 0;
            long tokens = 0;
            for (EndedRequest each : left) {
                if (each.isIn(signals, settling)) {
                    reported++;
                    tokens += each.footprint().tokens();
                }
            }
            return FreedCapacity.reported(reported, tokens);
        }

        /// Capacity of all preempted and ended requests.
        private FreedCapacity departing() {
            FreedCapacity freed = left(SETTLING_NANOS);
            for (PreemptibleRequest each : leaving) {
                freed = each.addTo(freed, signals);
            }
            return freed;
        }
    }

    /// The capacity that a request needs.
    ///
    /// @param residenceNanos recent mean time from placement to end, 0 where not known
    public record Need(Saturation.Limit limit, long residenceNanos, long nowNanos) {
        private boolean isMet(Site at, FreedCapacity gone) {
            return Saturation.untilCapacity(at.endpoint(), at.signals(), gone, limit, residenceNanos, nowNanos) == 0;
        }
    }

    /// An endpoint has capacity that ended requests have freed, though its engine has not reported it yet.
    static boolean isCleared(Site site, Need need) {
        return need.isMet(site, site.left(0));
    }

    /// An endpoint has capacity now, or will have it when all preempted requests have ended.
    static boolean isClearing(Site site, Need need) {
        return need.isMet(site, site.departing());
    }

    /// The fewest requests to preempt; empty where preemption does not help, and where capacity is free or will
    /// be.
    static List<PreemptibleRequest> victims(Collection<Site> sites, Need need) {
        if (sites.stream().anyMatch(site -> isClearing(site, need))) {
            return List.of();
        }
        return fewest(sites, need);
    }

    /// The fewest requests to preempt where no capacity is free or will be.
    static List<PreemptibleRequest> fewest(Collection<Site> sites, Need need) {
        return sites.stream()
                .map(site -> fewest(site, need))
                .filter(victims -> !victims.isEmpty())
                .min(Comparator.<List<PreemptibleRequest>>comparingInt(List::size)
                        .thenComparing(victims -> victims.getLast().priority())
                        .thenComparingLong(victims -> lost(victims, need.nowNanos())))
                .orElse(List.of());
    }

    private static long lost(List<PreemptibleRequest> victims, long now) {
        return victims.stream()
                .mapToLong(victim -> now - victim.footprint.sinceNanos())
                .sum();
    }

    /// Requests in the order of preemption until there is capacity, without victims that turn out not to be needed.
    private static List<PreemptibleRequest> fewest(Site site, Need need) {
        Signals signals = site.signals();
        FreedCapacity gone = site.departing();
        FreedCapacity all = gone;
        for (PreemptibleRequest each : site.evictable()) {
            all = each.addTo(all, signals);
        }
        if (!need.isMet(site, all)) {
            return List.of();
        }
        List<PreemptibleRequest> victims = new ArrayList<>();
        for (PreemptibleRequest each : site.evictable().stream()
                .sorted(PreemptibleRequest.EASIEST_FIRST)
                .toList()) {
            victims.add(each);
            gone = each.addTo(gone, signals);
            if (need.isMet(site, gone)) {
                break;
            }
        }
        return spare(victims, gone, site, need);
    }

    /// Spares victims. The arriving request counts as large as the mean of the requests that stay, so sparing one can
    /// make another unnecessary.
    private static List<PreemptibleRequest> spare(
            List<PreemptibleRequest> victims, FreedCapacity gone, Site site, Need need) {
        Signals signals = site.signals();
        for (int i = victims.size() - 1; i >= 0; i--) {
            FreedCapacity less = victims.get(i).takeFrom(gone, signals);
            if (need.isMet(site, less)) {
                victims.remove(i);
                return spare(victims, less, site, need);
            }
        }
        return victims;
    }
}
