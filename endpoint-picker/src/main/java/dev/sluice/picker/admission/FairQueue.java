package dev.sluice.picker.admission;

import dev.sluice.picker.model.Priority;
import dev.sluice.picker.pool.AdmissionSettings;
import dev.sluice.picker.pool.AdmissionSettings.Limits;
import dev.sluice.picker.pool.Endpoint;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Those that wait for one pool: the highest priority first; within it the tenant that was served least; of one tenant
/// whose first token is due earliest. Those that find their prompt in the cache of an endpoint with room may go a
/// little earlier, as in
/// *Locality-aware Fair Scheduling in LLM Serving* (arXiv 2501.14312). Not for several threads.
final class FairQueue {
    /// A tenant may be served before another that was served so much less: this many tokens of prompts, D2LPM's
    /// quantum.
    static final long QUANTUM = 20_000;
    /// Of so many tenants, and of each of them so many requests, the one is sought that an endpoint knows best.
    static final int TENANTS = 8;

    static final int REQUESTS = 16;
    /// So often others may go before one whose turn it was.
    static final int MOST_PASSED = 32;

    private final Account account;
    private final NavigableMap<Priority, Band> bands = new TreeMap<>(Collections.reverseOrder());
    private int size;
    private long bytes;
    private long level;
    private long added;

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
    static final class Flow {
        final NavigableSet<Ticket> tickets = new TreeSet<>(Ticket.BY_TURN);
        final int counter;
        long bytes;

        Flow(int counter) {
            this.counter = counter;
        }
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /// Lets a request wait if the limits allow it, others leaving where they must.
    ///
    /// @return who had to leave; null when even that would not do, and then nobody has left
    @Nullable
    List<Ticket> offer(Ticket arriving, AdmissionSettings settings) {
        Applicant applicant = arriving.applicant;
        Limits own = applicant.priority().isSheddable() ? settings.sheddable() : settings.each();
        Band band = bands.get(applicant.priority());
        int inBand = band == null ? 0 : band.size;
        long bytesInBand = band == null ? 0 : band.bytes;
        boolean fits = fits(own, inBand, bytesInBand, applicant) && fits(settings.total(), size, bytes, applicant);
        List<Ticket> leaving = fits ? List.of() : leaving(applicant, own, settings.total());
        if (leaving != null) {
            leaving.forEach(this::remove);
            add(arriving);
        }
        return leaving;
    }

    private static boolean fits(Limits limits, int requests, long held, Applicant arriving) {
        return requests + 1 <= limits.requests() && held + arriving.bytes() <= limits.bytes();
    }

    /// The fewest without which the arriving one fits.
    private @Nullable List<Ticket> leaving(Applicant arriving, Limits own, Limits total) {
        Band band = bands.getOrDefault(arriving.priority(), new Band());
        Eviction eviction = new Eviction(own, band.flows.get(arriving.tenant()), arriving);
        List<Ticket> leaving = eviction.leaving();
        while (!fits(own, band.size - leaving.size(), band.bytes - eviction.bytes(), arriving)) {
            if (!eviction.fromPeers(band.flows.values())) {
                return null;
            }
        }
        Collection<Band> below =
                bands.descendingMap().headMap(arriving.priority(), false).values();
        while (!fits(total, size - leaving.size(), bytes - eviction.bytes(), arriving)) {
            boolean left = below.stream().anyMatch(lower -> eviction.fromBelow(lower.flows.values()));
            if (!left && !eviction.fromPeers(band.flows.values())) {
                return null;
            }
        }
        return leaving;
    }

    private void add(Ticket ticket) {
        Applicant applicant = ticket.applicant;
        Band band = bands.computeIfAbsent(applicant.priority(), _ -> new Band());
        Flow flow = band.flows.computeIfAbsent(applicant.tenant(), tenant -> {
            int counter = Account.counter(tenant);
            account.enter(counter, level(band));
            return new Flow(counter);
        });
        ticket.number = ++added;
        flow.tickets.add(ticket);
        flow.bytes += ticket.bytes;
        band.size++;
        band.bytes += ticket.bytes;
        size++;
        bytes += ticket.bytes;
    }

    /// Counts a request that waits with so many bytes from now on, where the limits allow it: no other request has
    /// to leave for them.
    ///
    /// @param all of this process, which the additional bytes are reserved of
    /// @return whether the request waits and the limits allow it
    boolean grow(Ticket ticket, long toBytes, AdmissionSettings settings, HeldBytes all) {
        long more = toBytes - ticket.bytes;
        Priority priority = ticket.applicant.priority();
        Limits own = priority.isSheddable() ? settings.sheddable() : settings.each();
        Band band = bands.get(priority);
        Flow flow = band == null ? null : band.flows.get(ticket.applicant.tenant());
        if (band == null
                || flow == null
                || !flow.tickets.contains(ticket)
                || more > own.bytes() - band.bytes
                || more > settings.total().bytes() - bytes
                || !all.reserve(more)) {
            return false;
        }
        ticket.bytes += more;
        flow.bytes += more;
        band.bytes += more;
        bytes += more;
        return true;
    }

    /// What the tenant has had that is served next, or was served last where nobody waits.
    private long level(Band band) {
        Flow next = least(band);
        return next == null ? level : account.served(next.counter);
    }

    private @Nullable Flow least(Band band) {
        Flow least = null;
        for (Flow flow : band.flows.values()) {
            if (least == null || account.served(flow.counter) < account.served(least.counter)) {
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
        level = account.served(least.counter);
        return least.tickets.first();
    }

    /// Whose turn it is at an endpoint with room: of those whose turn it is or soon will be, the one of whose
    /// prompt the endpoint holds most. Nobody is passed more than a few times.
    @Nullable
    Ticket next(Endpoint at) {
        Ticket fair = next();
        if (fair == null || fair.passed >= MOST_PASSED) {
            return fair;
        }
        Ticket best = fair;
        int most = fair.applicant.reuse().at(at);
        int tenants = 0;
        for (Flow flow : bands.firstEntry().getValue().flows.values()) {
            if (account.served(flow.counter) - level > QUANTUM) {
                continue;
            }
            if (tenants++ == TENANTS) {
                // Each look is a search for a prompt, under the lock of the pool's queue.
                break;
            }
            int requests = 0;
            for (Ticket each : flow.tickets) {
                if (requests++ == REQUESTS) {
                    break;
                }
                int held = each.applicant.reuse().at(at);
                if (held > most) {
                    most = held;
                    best = each;
                }
            }
        }
        fair.passed += best.equals(fair) ? 0 : 1;
        return best;
    }

    /// @return whether it was there
    boolean remove(Ticket ticket) {
        Applicant applicant = ticket.applicant;
        Band band = bands.get(applicant.priority());
        Flow flow = band == null ? null : band.flows.get(applicant.tenant());
        if (band == null || flow == null || !flow.tickets.remove(ticket)) {
            return false;
        }
        flow.bytes -= ticket.bytes;
        if (flow.tickets.isEmpty()) {
            band.flows.remove(applicant.tenant());
        }
        band.size--;
        band.bytes -= ticket.bytes;
        if (band.size == 0) {
            bands.remove(applicant.priority());
        }
        size--;
        bytes -= ticket.bytes;
        return true;
    }

    /// All that wait.
    List<Ticket> all() {
        return bands.values().stream()
                .flatMap(band -> band.flows.values().stream())
                .flatMap(flow -> flow.tickets.stream())
                .toList();
    }

    /// How many of this priority and above wait.
    int ahead(Priority priority) {
        return sizeOf(bands.headMap(priority, true).values());
    }

    private static int sizeOf(Collection<Band> bands) {
        return bands.stream().mapToInt(band -> band.size).sum();
    }

    /// How many are expected to go before a request that comes now: all of higher priority, and of each tenant as many
    /// as its own has waiting.
    int ahead(Applicant applicant) {
        int higher = sizeOf(bands.headMap(applicant.priority(), false).values());
        Band band = bands.get(applicant.priority());
        Flow own = band == null ? null : band.flows.get(applicant.tenant());
        if (band == null || own == null) {
            return higher;
        }
        int turns = own.tickets.size();
        return higher
                + band.flows.values().stream()
                        .mapToInt(flow -> Math.min(flow.tickets.size(), turns))
                        .sum();
    }
}
