package dev.sluice.picker.admission;

import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.AdmissionSettings;
import dev.sluice.picker.pool.AdmissionSettings.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Those that wait for one pool: the highest priority first; within it the tenant that was served least; of one tenant
/// who came first. Not for several threads.
final class FairQueue {
    private final Account account;
    private final NavigableMap<Priority, Band> bands = new TreeMap<>(Collections.reverseOrder());
    private int size;
    private long bytes;
    private long level;

    FairQueue(Account account) {
        this.account = account;
    }

    /// Those of one priority.
    private static final class Band {
        final Map<String, Flow> flows = new LinkedHashMap<>();
        int size;
        long bytes;
    }

    /// Those of one tenant in a band.
    private record Flow(int counter, SequencedSet<Ticket> tickets) {}

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /// Lets a request wait if the limits allow it, some of lower priority leaving where they must.
    ///
    /// @return who had to leave, the last first; null when even that would not do, and then nobody has left
    @Nullable
    List<Ticket> offer(Ticket arriving, AdmissionSettings settings) {
        Applicant applicant = arriving.applicant;
        Limits own = applicant.priority().isSheddable() ? settings.sheddable() : settings.each();
        Band band = bands.get(applicant.priority());
        int inBand = band == null ? 0 : band.size;
        long bytesInBand = band == null ? 0 : band.bytes;
        if (inBand + 1 > own.requests() || bytesInBand + applicant.bytes() > own.bytes()) {
            return null;
        }
        List<Ticket> leaving = leaving(applicant, settings.total());
        if (leaving != null) {
            leaving.forEach(this::remove);
            add(arriving);
        }
        return leaving;
    }

    /// The fewest of lower priority without which the arriving one fits: of the lowest, the last.
    private @Nullable List<Ticket> leaving(Applicant arriving, Limits total) {
        int requests = size + 1 - total.requests();
        long over = bytes + arriving.bytes() - total.bytes();
        List<Ticket> leaving = new ArrayList<>();
        if (requests <= 0 && over <= 0) {
            return leaving;
        }
        for (Band band :
                bands.descendingMap().headMap(arriving.priority(), false).values()) {
            for (Ticket last : lastFirst(band)) {
                leaving.add(last);
                requests--;
                over -= last.applicant.bytes();
                if (requests <= 0 && over <= 0) {
                    return leaving;
                }
            }
        }
        return null;
    }

    private static List<Ticket> lastFirst(Band band) {
        return band.flows.values().stream()
                .flatMap(flow -> flow.tickets().stream())
                .sorted((one, other) -> Long.compare(other.sinceNanos, one.sinceNanos))
                .toList();
    }

    private void add(Ticket ticket) {
        Applicant applicant = ticket.applicant;
        Band band = bands.computeIfAbsent(applicant.priority(), _ -> new Band());
        Flow flow = band.flows.computeIfAbsent(applicant.tenant(), tenant -> {
            int counter = Account.counter(tenant);
            account.enter(counter, level(band));
            return new Flow(counter, new LinkedHashSet<>());
        });
        flow.tickets().add(ticket);
        band.size++;
        band.bytes += applicant.bytes();
        size++;
        bytes += applicant.bytes();
    }

    /// What the tenant has had that is served next, or was served last where nobody waits.
    private long level(Band band) {
        Flow next = least(band);
        return next == null ? level : account.served(next.counter());
    }

    private @Nullable Flow least(Band band) {
        Flow least = null;
        for (Flow flow : band.flows.values()) {
            if (least == null || account.served(flow.counter()) < account.served(least.counter())) {
                least = flow;
            }
        }
        return least;
    }

    /// Whose turn it is, or null when nobody waits.
    @Nullable
    Ticket next() {
        Map.Entry<Priority, Band> first = bands.firstEntry();
        Flow least = first == null ? null : least(first.getValue());
        if (least == null) {
            return null;
        }
        level = account.served(least.counter());
        return least.tickets().getFirst();
    }

    /// @return whether it was there
    boolean remove(Ticket ticket) {
        Applicant applicant = ticket.applicant;
        Band band = bands.get(applicant.priority());
        Flow flow = band == null ? null : band.flows.get(applicant.tenant());
        if (band == null || flow == null || !flow.tickets().remove(ticket)) {
            return false;
        }
        if (flow.tickets().isEmpty()) {
            band.flows.remove(applicant.tenant());
        }
        band.size--;
        band.bytes -= applicant.bytes();
        if (band.size == 0) {
            bands.remove(applicant.priority());
        }
        size--;
        bytes -= applicant.bytes();
        return true;
    }

    /// How many go before a request of this priority that comes now.
    int ahead(Priority priority) {
        return bands.headMap(priority, true).values().stream()
                .mapToInt(band -> band.size)
                .sum();
    }
}
