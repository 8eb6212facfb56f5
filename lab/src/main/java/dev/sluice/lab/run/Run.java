package dev.sluice.lab.run;

import dev.sluice.lab.contender.Contender;
import dev.sluice.lab.contender.Contenders;
import dev.sluice.lab.fleet.Agenda;
import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.fleet.ServerGroup;
import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.workload.Arrival;
import dev.sluice.lab.workload.Traffic;
import dev.sluice.lab.workload.Workload;
import dev.sluice.simulator.engine.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Plays one workload on one fleet through one contender, in virtual time and on one thread: the same seed always
/// yields the same figures.
///
/// Requests arrive whether or not the fleet keeps up. Each server's metrics page is read every 50 ms, each at a
/// phase of its own.
public final class Run implements Server.Listener {
    private static final long SCRAPE_NANOS = 50_000_000;
    private static final int PHASES = 97;
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Workload workload;
    private final Contender contender;
    private final Agenda agenda;
    private final Traffic traffic;
    private final boolean adapters;
    private final List<Server> servers = new ArrayList<>();
    private final Map<Sequence, Flight> flights = new LinkedHashMap<>();
    /// The requests that their contender holds back.
    private final Map<Integer, PendingRequest> pending = new LinkedHashMap<>();
    private final Windows windows = new Windows();
    private final Service service = new Service();
    /// Tokens of the answers that have ended, by the kind of their request.
    private final Map<String, Long> answered = new TreeMap<>();
    private final List<float[]> utilization = new ArrayList<>();
    private final List<float[]> tokens = new ArrayList<>();
    private Moment lastSecond = new Moment(0, List.of(), List.of(), Map.of());
    /// The delay with which the present stage began.
    private long delay;
    private int stage;
    private int arrived;
    private int ended;
    private long lastArrival;
    /// Must wait for its stage.
    private @Nullable Arrival held;
    /// Entered in the agenda.
    private boolean expected;

    private record PendingRequest(Arrival arrival, long sentAt, Windows.Window window) {}

    private record Flight(PendingRequest request, Contender.ServerPlacement placement) {
        Samples[] samples() {
            return request.window().samples(request.arrival());
        }

        String kind() {
            return request.arrival().sender().kind();
        }

        String tenant() {
            return request.arrival().sender().tenant();
        }
    }

    /// The plan of what to play.
    ///
    /// @param contender one of the names of [Contenders]
    public record Plan(Workload workload, String contender, long seed, Path traces, Silicon silicon) {}

    private Run(Plan plan) throws IOException {
        this.workload = plan.workload();
        this.agenda = new Agenda();
        this.traffic = Traffic.of(workload, plan.seed(), plan.traces());
        this.contender = Contenders.named(plan.contender(), workload, agenda, plan.seed());
        this.adapters = workload.adapterNames().findAny().isPresent();
        int number = 0;
        for (ServerGroup group : workload.fleet()) {
            for (int i = 0; i < group.count(); i++, number++) {
                long seed = plan.seed() * 1_000_003 + number;
                Server server = group.server(number, plan.silicon(), seed, agenda, this);
                agenda.at((long) (group.joinsAtSeconds() * SECOND_NANOS), () -> join(server));
            }
        }
    }

    /// Plays it to its end.
    public static Result of(Plan plan) throws IOException {
        return new Run(plan).play();
    }

    private Result play() {
        long began = System.nanoTime();
        agenda.at(0, this::everySecond);
        expect();
        long horizon = Long.MAX_VALUE;
        boolean closed = false;
        boolean more = true;
        while (more && agenda.now() < horizon) {
            more = agenda.advance();
            if (held == null && !expected && !traffic.hasNext()) {
                if (!closed && !workload.arrivals().drain()) {
                    windows.close(moment());
                    closed = true;
                }
                horizon = lastArrival + (long) (workload.settleSeconds() * SECOND_NANOS);
                more &= !isIdle();
            }
        }
        if (!closed) {
            windows.close(moment());
        }
        flights.forEach(this::abandon);
        pending.values().forEach(this::abandon);
        return new Result(
                windows.total(),
                windows.stages(),
                windows.kinds(),
                service.fairness(),
                new Result.Timeline(utilization, tokens),
                new Result.Playback(
                        arrived,
                        ended,
                        agenda.now() / (double) SECOND_NANOS,
                        (System.nanoTime() - began) / (double) SECOND_NANOS));
    }

    private void join(Server server) {
        servers.add(server);
        contender.joined(server);
        List<Contender> pickers = contender.pickers();
        for (int i = 0; i < pickers.size(); i++) {
            Contender picker = pickers.get(i);
            long phase = SCRAPE_NANOS * ((server.number() + 37L * i) % PHASES) / PHASES;
            agenda.at(agenda.now() + phase, () -> scrape(server, picker));
        }
    }

    private void scrape(Server server, Contender picker) {
        picker.scraped(server.number(), server.gauges(adapters));
        agenda.at(agenda.now() + SCRAPE_NANOS, () -> scrape(server, picker));
    }

    /// Enters the next arrival; one that must wait for its stage is held until the stage before has drained.
    private void expect() {
        if (!traffic.hasNext()) {
            return;
        }
        Arrival next = traffic.next();
        if (workload.arrivals().drain() && next.time().stage() != stage) {
            held = next;
            proceedWhenDrained();
        } else {
            enter(next);
        }
    }

    private boolean isIdle() {
        return flights.isEmpty() && pending.isEmpty();
    }

    private void proceedWhenDrained() {
        Arrival next = held;
        if (next != null && isIdle()) {
            held = null;
            stage = next.time().stage();
            delay = agenda.now() + SECOND_NANOS - workload.arrivals().beginNanos(stage);
            enter(next);
        }
    }

    private void enter(Arrival next) {
        expected = true;
        agenda.at(Math.max(agenda.now(), next.time().atNanos() + delay), () -> {
            expected = false;
            send(next);
            expect();
        });
    }

    private void send(Arrival arrival) {
        long now = agenda.now();
        arrived++;
        lastArrival = now;
        Windows.Window window = windows.at(arrival.time().stage(), traffic.counts(arrival), now, this::moment);
        PendingRequest request = new PendingRequest(arrival, now, window);
        int limit = workload.arrivals().maxInFlight();
        if (limit > 0 && flights.size() >= limit) {
            refuse(request);
            return;
        }
        pending.put(arrival.number(), request);
        contender.submit(arrival, new Contender.Verdict() {
            @Override
            public void placed(Contender.ServerPlacement placement) {
                pending.remove(arrival.number());
                begin(request, placement);
            }

            @Override
            public void refused() {
                pending.remove(arrival.number());
                refuse(request);
                proceedWhenDrained();
            }
        });
    }

    private void refuse(PendingRequest request) {
        for (Samples samples : request.window().samples(request.arrival())) {
            samples.refused();
        }
        ended++;
    }

    private void begin(PendingRequest request, Contender.ServerPlacement placement) {
        Arrival arrival = request.arrival();
        Server server = servers.get(placement.server());
        if (!server.takes(arrival.prompt().tokens(), arrival.output().tokens())) {
            agenda.at(agenda.now(), placement::refused);
            refuse(request);
            proceedWhenDrained();
            return;
        }
        Sequence sequence = new Sequence(
                arrival.adapter(),
                arrival.prompt().tokens(),
                arrival.output().tokens(),
                arrival.prompt().blocks(arrival.answer()));
        flights.put(sequence, new Flight(request, placement));
        server.submit(sequence);
    }

    @Override
    public void firstToken(Sequence sequence) {
        Flight flight = flight(sequence);
        flight.placement().firstToken();
        for (Samples samples : flight.samples()) {
            samples.prefilled(sequence.promptTokens(), sequence.cachedTokens());
        }
    }

    @Override
    public void finished(Sequence sequence) {
        Flight flight = flight(sequence);
        flights.remove(sequence);
        ended++;
        flight.placement().ended(sequence.cachedTokens());
        service.finished(flight.tenant(), sequence);
        answered.merge(flight.kind(), (long) sequence.generated(), Long::sum);
        int output = sequence.outputTokens();
        double decode = (sequence.lastTokenAt() - sequence.firstTokenAt()) / NANOS_PER_MILLI;
        long sentAt = flight.request().sentAt();
        for (Samples samples : flight.samples()) {
            samples.finished(
                    flight.request().arrival().sender().slo(),
                    (sequence.firstTokenAt() - sentAt) / NANOS_PER_MILLI,
                    output > 1 ? decode / (output - 1) : Double.NaN,
                    (agenda.now() - sentAt) / NANOS_PER_MILLI,
                    output);
        }
        proceedWhenDrained();
    }

    /// The run is over before the request is.
    private void abandon(Sequence sequence, Flight flight) {
        long first = sequence.generated() > 0 ? sequence.firstTokenAt() : agenda.now();
        long sentAt = flight.request().sentAt();
        for (Samples samples : flight.samples()) {
            samples.unfinished(
                    (first - sentAt) / NANOS_PER_MILLI,
                    (agenda.now() - sentAt) / NANOS_PER_MILLI,
                    sequence.outputTokens());
        }
    }

    private void abandon(PendingRequest request) {
        double waited = (agenda.now() - request.sentAt()) / NANOS_PER_MILLI;
        for (Samples samples : request.window().samples(request.arrival())) {
            samples.unfinished(waited, waited, request.arrival().output().tokens());
        }
    }

    private Flight flight(Sequence sequence) {
        Flight flight = flights.get(sequence);
        if (flight == null) {
            throw new IllegalStateException("a sequence that nobody sent, or that has ended before");
        }
        return flight;
    }

    private Moment moment() {
        Map<String, Long> generated = new TreeMap<>(answered);
        flights.forEach((sequence, flight) -> generated.merge(flight.kind(), (long) sequence.generated(), Long::sum));
        return Moment.of(agenda.now(), servers, generated);
    }

    private void everySecond() {
        Moment moment = moment();
        if (agenda.now() > 0) {
            List<Double> busy = lastSecond.until(moment, 1).busySeconds();
            float[] row = new float[busy.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = busy.get(i).floatValue();
            }
            utilization.add(row);
            tokens.add(lastSecond.tokensUntil(moment));
        }
        lastSecond = moment;
        if (workload.hasTenants() && windows.isCounting()) {
            lookAtTenants();
        }
        agenda.at(agenda.now() + SECOND_NANOS, this::everySecond);
    }

    private void lookAtTenants() {
        service.look(
                flights.entrySet().stream()
                        .map(flight -> new Service.Running(flight.getValue().tenant(), flight.getKey()))
                        .toList(),
                pending.values().stream()
                        .map(request -> request.arrival().sender().tenant())
                        .toList());
    }
}
