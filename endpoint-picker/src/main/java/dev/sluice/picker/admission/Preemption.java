package dev.sluice.picker.admission;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Signals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who has to go so that a request of higher priority can run: at the endpoint where the fewest have to, the lowest
/// priority first, and within it who has run for the shortest time, because the least work is lost with it.
///
/// Who has been told to go counts as gone from then on, and after its end until the engine has said what it holds
/// without it. Otherwise the same request, or the next, would end more than it needs.
final class Preemption {
    /// An engine that is read so soon after a request was ended may not have noticed.
    static final long SETTLING_NANOS = 100_000_000;

    /// Who is lost most easily comes first.
    private static final Comparator<Occupant> EASIEST_FIRST = Comparator.comparing((Occupant each) -> each.priority)
            .thenComparing((one, other) -> Long.compare(other.stay.sinceNanos(), one.stay.sinceNanos()));

    private Preemption() {}

    /// A request that has left an endpoint.
    record Departure(Stay stay, long atNanos) {
        /// Whether what the engine last said counts it.
        private boolean isIn(Signals signals, long settling) {
            return stay.sinceNanos() - signals.atNanos() < 0 && signals.atNanos() - atNanos - settling <= 0;
        }
    }

    /// One endpoint and those of its requests that matter.
    ///
    /// @param signals what it last said
    /// @param evictable who may be ended
    /// @param leaving who has been told to go
    /// @param left who has gone a short time ago
    record Site(
            Endpoint endpoint,
            @Nullable Signals signals,
            List<Occupant> evictable,
            List<Occupant> leaving,
            List<Departure> left) {
        Site(Endpoint endpoint) {
            this(endpoint, endpoint.signals(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        /// Of those that have left, as far as the engine has not said so itself.
        private Relief left(long settling) {
            Relief relief = Relief.NONE;
            if (signals != null) {
                for (Departure each : left) {
                    relief = each.isIn(signals, settling)
                            ? relief.andReported(each.stay().tokens())
                            : relief;
                }
            }
            return relief;
        }

        /// Of all that leave or have left.
        private Relief departing() {
            Relief relief = left(SETTLING_NANOS);
            for (Occupant each : leaving) {
                relief = relief.and(each, signals);
            }
            return relief;
        }
    }

    /// How much room a request needs.
    ///
    /// @param residenceNanos the recent mean time from placement to end, 0 when not known
    record Need(Saturation.Limit limit, long residenceNanos, long nowNanos) {
        private boolean isMet(Site at, Relief gone) {
            return Saturation.untilRoom(at.endpoint(), at.signals(), gone, limit, residenceNanos, nowNanos) == 0;
        }
    }

    /// Where those that have left made the room, though the engine has not said so yet.
    static @Nullable Endpoint cleared(Collection<Site> sites, Need need) {
        return sites.stream()
                .filter(site -> !site.left().isEmpty() && need.isMet(site, site.left(0)))
                .map(Site::endpoint)
                .findFirst()
                .orElse(null);
    }

    /// The fewest that have to be told to go; empty where that makes no room, and where there is some or will be.
    static List<Occupant> victims(Collection<Site> sites, Need need) {
        if (sites.stream().anyMatch(site -> need.isMet(site, site.departing()))) {
            return List.of();
        }
        return sites.stream()
                .map(site -> fewest(site, need))
                .filter(victims -> !victims.isEmpty())
                .min(Comparator.<List<Occupant>>comparingInt(List::size)
                        .thenComparing(victims -> victims.getLast().priority)
                        .thenComparingLong(victims -> lost(victims, need.nowNanos())))
                .orElse(List.of());
    }

    private static long lost(List<Occupant> victims, long now) {
        return victims.stream()
                .mapToLong(victim -> now - victim.stay.sinceNanos())
                .sum();
    }

    /// The easiest to lose until there is room, less those that need not go as others do.
    private static List<Occupant> fewest(Site site, Need need) {
        Signals signals = site.signals();
        Relief gone = site.departing();
        Relief all = gone;
        for (Occupant each : site.evictable()) {
            all = all.and(each, signals);
        }
        if (!need.isMet(site, all)) {
            return List.of();
        }
        List<Occupant> victims = new ArrayList<>();
        for (Occupant each : site.evictable().stream().sorted(EASIEST_FIRST).toList()) {
            victims.add(each);
            gone = gone.and(each, signals);
            if (need.isMet(site, gone)) {
                break;
            }
        }
        return spare(victims, gone, site, need);
    }

    /// Who is expected to come is as large as those that stay, so one that is spared can make another needless.
    private static List<Occupant> spare(List<Occupant> victims, Relief gone, Site site, Need need) {
        Signals signals = site.signals();
        for (int i = victims.size() - 1; i >= 0; i--) {
            Relief less = gone.without(victims.get(i), signals);
            if (need.isMet(site, less)) {
                victims.remove(i);
                return spare(victims, less, site, need);
            }
        }
        return victims;
    }
}
