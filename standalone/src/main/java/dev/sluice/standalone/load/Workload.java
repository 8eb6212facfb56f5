package dev.sluice.standalone.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A fixed sequence of chat sessions; the same shape, length and seed give the same bytes.
///
/// Sessions arrive by an open loop: a slow server does not hold newcomers back. Within a session each question
/// waits for the answer before it, as a person's does, and carries the whole conversation so far.
public record Workload(List<Session> sessions) {
    public Workload {
        sessions = List.copyOf(sessions);
    }

    /// @param length sessions arrive until then
    public static Workload chat(ChatShape shape, Duration length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> systems = systems(shape, random.split());
        List<String> models = shape.assistants().models();
        Zipf popularity = new Zipf(shape.assistants().count());
        List<Session> sessions = new ArrayList<>();
        SplittableRandom arrivals = random.split();
        double opening = ChatShape.OPENING.toNanos() * 1e-9;
        double perSecond = shape.sessions().perSecond() + shape.sessions().open() / opening;
        double at = arrivals.nextExponential() / perSecond;
        while (at < length.toNanos() * 1e-9) {
            SplittableRandom own = random.split();
            int assistant = popularity.draw(own);
            sessions.add(new Session(
                    sessions.size(),
                    seconds(at),
                    models.get(assistant % models.size()),
                    systems.get(assistant),
                    turns(shape, own)));
            perSecond = at < opening ? perSecond : shape.sessions().perSecond();
            at += arrivals.nextExponential() / perSecond;
        }
        return new Workload(sessions);
    }

    /// The same sessions asking for other model names; names that the map lacks stay.
    public Workload withModels(Map<String, String> names) {
        return new Workload(sessions.stream()
                .map(session -> new Session(
                        session.id(),
                        session.arrival(),
                        names.getOrDefault(session.model(), session.model()),
                        session.system(),
                        session.turns()))
                .toList());
    }

    private static List<String> systems(ChatShape shape, RandomGenerator random) {
        List<String> systems = new ArrayList<>();
        for (int assistant = 0; assistant < shape.assistants().count(); assistant++) {
            ChatShape.Range range = shape.assistants().systemTokens();
            systems.add(Prose.of(random.nextInt(range.low(), range.high() + 1), random));
        }
        return systems;
    }

    private static List<Session.ChatTurn> turns(ChatShape shape, RandomGenerator random) {
        List<Session.ChatTurn> turns = new ArrayList<>();
        do {
            boolean document =
                    turns.isEmpty() && random.nextDouble() < shape.documents().share();
            int tokens = draw(shape.messageTokens().question(), random)
                    + (document ? draw(shape.documents().tokens(), random) : 0);
            turns.add(new Session.ChatTurn(
                    Prose.of(tokens, random),
                    draw(shape.messageTokens().answer(), random),
                    random.nextDouble() < shape.streamShare(),
                    turns.isEmpty()
                            ? Duration.ZERO
                            : seconds(random.nextExponential()
                                    * shape.conversation().meanThink().toNanos()
                                    * 1e-9)));
        } while (turns.size() < shape.conversation().maxTurns()
                && random.nextDouble() >= 1 / shape.conversation().meanTurns());
        return turns;
    }

    private static int draw(ChatShape.LogNormal shape, RandomGenerator random) {
        double drawn = shape.median() * Math.exp(shape.sigma() * random.nextGaussian());
        return (int) Math.clamp(drawn, 1, shape.max());
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
