package dev.sluice.lab.contender;

import static java.util.Objects.requireNonNull;

import dev.sluice.lab.fleet.Agenda;
import dev.sluice.lab.fleet.Gauges;
import dev.sluice.lab.fleet.Server;
import dev.sluice.lab.fleet.ServerGroup;
import dev.sluice.lab.fleet.Silicon;
import dev.sluice.lab.fleet.SteppedServer;
import dev.sluice.lab.workload.Arrival;
import dev.sluice.lab.workload.Traffic;
import dev.sluice.lab.workload.Workload;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.RateLearner;
import dev.sluice.picker.cost.Rates;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Fit;
import dev.sluice.simulator.engine.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/// A fleet whose speed the router does not know, requests that go there through it, and what it has learned after
/// them compared with the truth.
final class Lesson implements Server.Listener {
    private static final long SCRAPE_NANOS = 50_000_000;
    private static final double HOST_MILLIS = 3;

    private final Agenda agenda = new Agenda();
    private final RateBook rates = new RateBook();
    private final Contender router;
    private final Traffic traffic;
    private final Map<Integer, Server> servers = new HashMap<>();
    private final Map<Sequence, Flight> flights = new HashMap<>();
    private final List<Prompt> prompts = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();
    private final SplittableRandom chance;
    private final double outliers;
    private final long seed;
    private EngineConfig engine;
    private int ended;

    /// @param others requests that the server had when this one came
    /// @param stretch how many times as late as made the router is told of the answer
    private record Flight(Contender.ServerPlacement placement, int others, long sentAt, double stretch) {}

    private record Prompt(int tokens, int cached, int others) {
        boolean alone() {
            return others == 0;
        }
    }

    private record Batch(int size, long context) {}

    /// The median errors over what was observed, as shares of the truth.
    record Errors(double prefill, double step) {}

    /// @param outliers the share of requests whose answers come ten times as late as they are made
    Lesson(Workload workload, double slowness, double outliers, long seed) throws IOException {
        this.seed = seed;
        this.outliers = outliers;
        this.chance = new SplittableRandom(seed);
        this.traffic = Traffic.of(workload, seed, Path.of("."));
        this.router = new RouterContender(PolicyKind.COST, workload, agenda, 1, rates);
        ServerGroup group = workload.fleet().getFirst();
        this.engine = group.engine();
        for (int i = 0; i < group.count(); i++) {
            Server server = new SteppedServer(i, engine, Silicon.real(slowness), seed * 1_000 + i, agenda, this);
            servers.put(i, server);
            router.joined(server);
            scrape(i);
        }
        expect();
    }

    /// Lets so many more requests end.
    void play(int requests) {
        int until = ended + requests;
        while (ended < until && agenda.advance()) {}
    }

    /// The servers are replaced by ones that take `factor` times as long; what runs, ends where it is.
    void swap(double factor) {
        prompts.clear();
        batches.clear();
        servers.replaceAll((number, _) ->
                new SteppedServer(number, engine, Silicon.real(factor), seed * 1_000 + 500 + number, agenda, this));
    }

    RateLearner learned() {
        return rates.learners().iterator().next();
    }

    /// @param slowness of the servers now, in multiples of the engine's kernel times
    Errors errors(double slowness) {
        return errors(slowness, learned().rates());
    }

    /// Those of other rates than the learned ones.
    Errors errors(double slowness, Rates learned) {
        Fit fit = engine.profile().fit();
        return new Errors(
                median(prompts, each -> predicted(learned, each) / truth(fit, each, slowness) - 1),
                median(
                        batches,
                        each -> learned.stepMillis(each.size(), each.context())
                                        / (HOST_MILLIS + slowness * fit.decodeMillis(each.size(), each.context()))
                                - 1));
    }

    /// A prompt that meets decoding requests rides on one of their steps, which p0 is then no part of.
    private static double predicted(Rates learned, Prompt prompt) {
        double whole = learned.prefillMillis(prompt.tokens(), prompt.cached(), prompt.others());
        return prompt.alone() ? whole : whole - learned.prefill().p0();
    }

    /// An engine that has nothing else to do takes a step for each piece of the prompt; the host's part of the first
    /// one belongs to no prefill.
    private double truth(Fit fit, Prompt prompt, double slowness) {
        int steps = prompt.alone()
                ? Math.ceilDiv(
                        prompt.tokens() - prompt.cached(), engine.scheduler().maxNumBatchedTokens())
                : 0;
        return Math.max(0, steps - 1) * HOST_MILLIS
                + steps * slowness * fit.p0()
                + slowness * fit.chunkMillis(prompt.cached(), prompt.tokens());
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> error) {
        double[] sorted =
                values.stream().mapToDouble(error).map(Math::abs).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private void expect() {
        if (traffic.hasNext()) {
            Arrival next = traffic.next();
            agenda.at(next.time().atNanos(), () -> {
                send(next);
                expect();
            });
        }
    }

    private void send(Arrival arrival) {
        router.submit(arrival, new Contender.Verdict() {
            @Override
            public void placed(Contender.ServerPlacement placement) {
                begin(arrival, placement);
            }

            @Override
            public void refused() {
                throw new IllegalStateException("nobody is turned away here");
            }
        });
    }

    private void begin(Arrival arrival, Contender.ServerPlacement placement) {
        Sequence sequence = new Sequence(
                arrival.adapter(),
                arrival.prompt().tokens(),
                arrival.output().tokens(),
                arrival.prompt().blocks(arrival.answer()));
        double stretch = chance.nextDouble() < outliers ? 10 : 1;
        Server server = server(placement.server());
        int others = server.stats().running() + server.stats().waiting();
        flights.put(sequence, new Flight(placement, others, agenda.now(), stretch));
        server.submit(sequence);
    }

    @Override
    public void firstToken(Sequence sequence) {
        Flight flight = flight(sequence);
        prompts.add(new Prompt(sequence.promptTokens(), sequence.cachedTokens(), flight.others()));
        late(flight, flight.placement()::firstToken);
    }

    @Override
    public void finished(Sequence sequence) {
        Flight flight = flight(sequence);
        flights.remove(sequence);
        observeBatch(flight.placement().server());
        late(flight, () -> {
            flight.placement().ended(sequence.cachedTokens());
            ended++;
        });
    }

    /// What runs beside a request when it ends.
    private void observeBatch(int number) {
        int size = 0;
        long context = 0;
        for (Map.Entry<Sequence, Flight> each : flights.entrySet()) {
            Sequence other = each.getKey();
            if (each.getValue().placement().server() == number && other.generated() > 0) {
                size++;
                context += other.promptTokens() + other.generated();
            }
        }
        if (size > 0) {
            batches.add(new Batch(size, context));
        }
    }

    private void late(Flight flight, Runnable told) {
        long since = agenda.now() - flight.sentAt();
        if (flight.stretch() == 1) {
            told.run();
        } else {
            agenda.at(flight.sentAt() + (long) (since * flight.stretch()), told);
        }
    }

    private void scrape(int number) {
        Gauges gauges = server(number).gauges(false);
        router.scraped(number, gauges);
        agenda.at(agenda.now() + SCRAPE_NANOS, () -> scrape(number));
    }

    private Server server(int number) {
        return requireNonNull(servers.get(number));
    }

    private Flight flight(Sequence sequence) {
        return requireNonNull(flights.get(sequence));
    }
}
