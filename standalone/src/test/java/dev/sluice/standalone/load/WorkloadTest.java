package dev.sluice.standalone.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final ChatShape DEMO = ChatShape.demo("base", List.of("adapter-a", "adapter-b"));
    private static final Workload LONG = Workload.chat(DEMO.withSessions(10, 0), Duration.ofMinutes(5), 7);

    @Test
    void isTheSameForTheSameSeedAndDiffersForAnother() {
        Workload one = Workload.chat(DEMO, Duration.ofSeconds(10), 1);

        assertThat(Workload.chat(DEMO, Duration.ofSeconds(10), 1)).isEqualTo(one);
        assertThat(Workload.chat(DEMO, Duration.ofSeconds(10), 2)).isNotEqualTo(one);
    }

    @Test
    void aLongerWindowBeginsWithTheSameSessions() {
        Workload brief = Workload.chat(DEMO, Duration.ofSeconds(10), 1);
        Workload longer = Workload.chat(DEMO, Duration.ofSeconds(20), 1);

        assertThat(longer.sessions()).startsWith(brief.sessions().toArray(Session[]::new));
    }

    @Test
    void sessionsArriveInOrderAtTheRateOfTheShape() {
        assertThat(LONG.sessions()).isSortedAccordingTo((a, b) -> a.arrival().compareTo(b.arrival()));
        // 3,000 are expected; 5 % is about three standard deviations of a Poisson count.
        assertThat(LONG.sessions().size()).isCloseTo(3_000, within(165));
    }

    @Test
    void theOpeningHoldsTheSessionsThatWereThereBefore() {
        long opening = Workload.chat(DEMO.withSessions(5, 200), Duration.ofMinutes(1), 3).sessions().stream()
                .filter(session -> session.arrival().compareTo(ChatShape.OPENING) < 0)
                .count();

        assertThat(opening).isBetween(195L, 290L);
    }

    @Test
    void sessionsOfOneAssistantShareTheSystemPromptAndTheModel() {
        Map<String, List<Session>> bySystem = LONG.sessions().stream().collect(Collectors.groupingBy(Session::system));

        assertThat(bySystem).hasSize(DEMO.assistants().count());
        assertThat(bySystem.values())
                .allSatisfy(group -> assertThat(group)
                        .extracting(Session::model)
                        .containsOnly(group.getFirst().model()));
        assertThat(LONG.sessions()).extracting(Session::model).contains("base", "adapter-a", "adapter-b");
    }

    @Test
    void lengthsFollowTheShape() {
        List<Session.ChatTurn> later = LONG.sessions().stream()
                .flatMap(session -> session.turns().stream().skip(1))
                .toList();

        assertThat(median(later.stream()
                        .mapToInt(turn -> turn.question().length() / 4)
                        .toArray()))
                .isCloseTo(DEMO.messageTokens().question().median(), within(8));
        assertThat(median(
                        later.stream().mapToInt(Session.ChatTurn::answerTokens).toArray()))
                .isCloseTo(DEMO.messageTokens().answer().median(), within(12));
        assertThat(LONG.sessions()).allSatisfy(session -> {
            assertThat(session.system().length() / 4)
                    .isBetween(
                            DEMO.assistants().systemTokens().low(),
                            DEMO.assistants().systemTokens().high());
            assertThat(session.turns()).hasSizeBetween(1, DEMO.conversation().maxTurns());
        });
        assertThat(later.stream()
                        .mapToDouble(turn -> (double) turn.think().toMillis())
                        .average()
                        .orElseThrow())
                .isCloseTo((double) DEMO.conversation().meanThink().toMillis(), within(150.0));
        assertThat(later.stream().filter(Session.ChatTurn::stream).count() / (double) later.size())
                .isCloseTo(DEMO.streamShare(), within(0.02));
    }

    private static int median(int[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
