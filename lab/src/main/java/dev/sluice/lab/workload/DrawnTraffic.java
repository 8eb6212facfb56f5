package dev.sluice.lab.workload;

import dev.sluice.lab.workload.Arrival.ArrivalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Requests drawn from a mix, in stages of one rate each.
///
/// A session's later turns come at times of their own, whether or not the answers before have arrived: the load does
/// not wait for the fleet.
final class DrawnTraffic implements Traffic {
    private static final double NANOS_PER_SECOND = 1e9;
    /// Keeps the numbers of shared texts apart from those of new ones.
    private static final long SHARED = 1L << 62;

    private final Workload workload;
    private final SplittableRandom times;
    private final SplittableRandom draws;
    private final double shares;
    private final PriorityQueue<ConversationTurn> turns =
            new PriorityQueue<>(Comparator.comparingLong(turn -> turn.time().atNanos()));
    private final Map<Kind, Round> rounds = new HashMap<>();
    private int stage;
    private double stageSeconds;
    private double nextSeconds;
    private int number;
    private long texts;

    /// Askers that come in turn.
    private static final class Round {
        final List<Integer> order;
        int stage;
        int asked;

        Round(List<Integer> order) {
            this.order = order;
        }
    }

    private record ConversationTurn(
            ArrivalTime time,
            Kind kind,
            int left,
            List<Segment> context,
            @Nullable String adapter,
            Sender sender) {}

    DrawnTraffic(Workload workload, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        this.workload = workload;
        this.times = random.split();
        this.draws = random.split();
        this.shares = workload.mix().stream().mapToDouble(Kind::share).sum();
        // Different seeds ask different texts.
        this.texts = draws.nextLong() >>> 3;
        next(workload.arrivals().stages().getFirst());
    }

    @Override
    public boolean hasNext() {
        return !turns.isEmpty() || stage < workload.arrivals().stages().size();
    }

    @Override
    public Arrival next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ConversationTurn later = turns.peek();
        if (stage == workload.arrivals().stages().size()
                || (later != null && later.time().atNanos() <= nextSeconds * NANOS_PER_SECOND)) {
            return play(turns.remove());
        }
        Kind kind = kind();
        ConversationTurn first = new ConversationTurn(
                new ArrivalTime(stage, (long) (nextSeconds * NANOS_PER_SECOND)),
                kind,
                kind.turns(),
                opening(kind),
                adapter(kind),
                sender(kind));
        next(workload.arrivals().stages().get(stage));
        return play(first);
    }

    @Override
    public boolean counts(Arrival arrival) {
        return !workload.arrivals().stages().get(arrival.time().stage()).warmUp();
    }

    private void next(Stage current) {
        nextSeconds += workload.arrivals().gap(current.rate(), times);
        while (nextSeconds
                >= stageSeconds + workload.arrivals().stages().get(stage).seconds()) {
            stageSeconds += workload.arrivals().stages().get(stage).seconds();
            stage++;
            if (stage == workload.arrivals().stages().size()) {
                return;
            }
            // Gaps forget, nearly: the first arrival of a stage comes at its own rate.
            nextSeconds = stageSeconds
                    + workload.arrivals()
                            .gap(workload.arrivals().stages().get(stage).rate(), times);
        }
    }

    private Arrival play(ConversationTurn turn) {
        Kind kind = turn.kind();
        List<Segment> segments = new ArrayList<>(turn.context());
        if (kind.system() == null || kind.system().users() == 0) {
            segments.add(segment(texts++, kind.prompt().draw(draws), kind));
        }
        Prompt prompt = new Prompt(segments);
        int output = kind.output().draw(draws);
        Arrival arrival = new Arrival(
                number++,
                turn.time(),
                prompt,
                new Arrival.Output(output, kind.limited() ? output : 0),
                turn.adapter(),
                turn.sender());
        if (turn.left() > 1) {
            // The answer, whose number the engine knows it by, and then the next question.
            segments.add(segment(arrival.answer(), output, kind));
            long gap = (long) (kind.gapSeconds() * times.nextExponential() * NANOS_PER_SECOND);
            turns.add(new ConversationTurn(
                    new ArrivalTime(turn.time().stage(), turn.time().atNanos() + gap),
                    kind,
                    turn.left() - 1,
                    segments,
                    turn.adapter(),
                    turn.sender()));
        }
        return arrival;
    }

    private Kind kind() {
        double point = draws.nextDouble() * shares;
        for (Kind kind : workload.mix()) {
            point -= kind.share();
            if (point < 0) {
                return kind;
            }
        }
        return workload.mix().getLast();
    }

    private List<Segment> opening(Kind kind) {
        Kind.SharedPrefix system = kind.system();
        if (system == null) {
            return List.of();
        }
        int family = workload.mix().indexOf(kind);
        int users = Math.max(1, system.users());
        int asker = system.inTurn() ? nextInTurn(kind, system) : draws.nextInt(system.groups() * users);
        long group = SHARED + Mix.of(family, asker / users) / 4;
        Segment shared = segment(group, system.tokens(), kind);
        if (system.users() == 0) {
            return List.of(shared);
        }
        long question = Mix.of(group, 1 + asker % users);
        // The length belongs to the text, not to the request.
        return List.of(shared, segment(question, kind.prompt().draw(new SplittableRandom(question)), kind));
    }

    private int nextInTurn(Kind kind, Kind.SharedPrefix system) {
        Round round = rounds.computeIfAbsent(kind, _ -> new Round(shuffled(system.groups() * system.users())));
        if (round.stage != stage) {
            round.stage = stage;
            round.asked = 0;
        }
        return round.order.get(round.asked++ % round.order.size());
    }

    private List<Integer> shuffled(int count) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(order, Random.from(draws));
        return order;
    }

    private static Segment segment(long id, int tokens, Kind kind) {
        return new Segment(id, tokens, kind.bytesPerToken());
    }

    private Sender sender(Kind kind) {
        return new Sender(
                kind.named(),
                kind.tenants() == 0 ? "" : kind.named() + "-" + draws.nextInt(kind.tenants()),
                kind.priority(),
                kind.slo() == null ? workload.slo() : kind.slo());
    }

    private @Nullable String adapter(Kind kind) {
        return kind.adapters() == 0 ? null : kind.adapter(draws.nextInt(kind.adapters()));
    }
}
