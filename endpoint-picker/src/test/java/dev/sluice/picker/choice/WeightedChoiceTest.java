package dev.sluice.picker.choice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WeightedChoiceTest {
    private record Choice(String name, int weight) {}

    private static List<Choice> choices(int... weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(i -> new Choice("target-" + i, weights[i]))
                .toList();
    }

    private static Choice inTurn(List<Choice> choices, long step) {
        return WeightedChoice.inTurn(choices, Choice::weight, step);
    }

    private static Choice bySession(List<Choice> choices, long session) {
        return Rendezvous.choose(
                choices, Choice::weight, choice -> choice.name().hashCode(), session);
    }

    private static long count(List<Choice> choices, Choice of, long from, long rounds) {
        long count = 0;
        for (long step = from; step < from + rounds; step++) {
            count += inTurn(choices, step).equals(of) ? 1 : 0;
        }
        return count;
    }

    @RepeatedTest(50)
    void everyRoundHasExactlyTheShares(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        List<Choice> choices = choices(random.ints(random.nextInt(1, 6), 0, 40).toArray());
        int sum = choices.stream().mapToInt(Choice::weight).sum();
        if (sum == 0) {
            return;
        }
        long from = random.nextLong(1L << 40);
        for (Choice choice : choices) {
            assertThat(count(choices, choice, from, sum))
                    .as("seed %d, %s of %s", repetition.getCurrentRepetition(), choice, choices)
                    .isEqualTo(choice.weight());
        }
    }

    /// In any stretch of any length, not only over whole rounds.
    @Test
    void theSharesAreEvenlySpread() {
        List<Choice> choices = choices(900_000, 99_000, 1_000);
        for (int length : new int[] {10, 100, 1_000, 10_000}) {
            for (long from = 0; from < 20_000; from += 997) {
                for (Choice choice : choices) {
                    double share = (double) length * choice.weight() / 1e6;
                    assertThat(count(choices, choice, from, length))
                            .as("%s in %d requests from %d on", choice, length, from)
                            .isBetween((long) Math.floor(share - 4), (long) Math.ceil(share + 4));
                }
            }
        }
    }

    @Test
    void aWeightOfZeroGetsNothingUnlessAllAreZero() {
        assertThat(count(choices(0, 3), new Choice("target-0", 0), 0, 1_000)).isZero();
        assertThat(count(choices(0, 0), new Choice("target-0", 0), 0, 1_000)).isEqualTo(500);
        List<Choice> none = choices(0, 0);
        List<Choice> one = choices(0, 3);
        boolean first = false;
        for (long session = 0; session < 1_000; session++) {
            assertThat(bySession(one, session).name()).isEqualTo("target-1");
            first |= bySession(none, session).name().equals("target-0");
        }
        assertThat(first).isTrue();
    }

    @Test
    void countersThatHaveWrappedGoOn() {
        List<Choice> choices = choices(9, 1);
        assertThat(count(choices, choices.get(1), Long.MAX_VALUE - 500, 400)).isEqualTo(40);
        inTurn(choices, Long.MIN_VALUE);
        inTurn(choices, -1);
    }

    @Test
    void sessionsAreDividedByWeight() {
        List<Choice> choices = choices(70, 25, 5);
        int[] got = new int[3];
        for (long session = 0; session < 100_000; session++) {
            got[choices.indexOf(bySession(choices, Hashing.mix(session)))]++;
        }
        // Five standard deviations.
        assertThat(got[0]).isBetween(69_275, 70_725);
        assertThat(got[1]).isBetween(24_315, 25_685);
        assertThat(got[2]).isBetween(4_655, 5_345);
    }

    /// Of a growing weight, sessions only come: none goes to a third choice, and none back.
    @RepeatedTest(20)
    void aGrowingWeightOnlyDrawsSessions(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        int[] weights = random.ints(random.nextInt(2, 6), 0, 100).toArray();
        weights[0] = Math.max(1, weights[0]);
        int growing = random.nextInt(weights.length);
        long[] sessions = random.longs(500).toArray();
        List<Choice> before = choices(weights);
        for (int step = 0; step < 10; step++) {
            weights[growing] += random.nextInt(1, 50);
            List<Choice> after = choices(weights);
            for (long session : sessions) {
                String was = bySession(before, session).name();
                String is = bySession(after, session).name();
                assertThat(is)
                        .as("seed %d, session %d, %s to %s", repetition.getCurrentRepetition(), session, before, after)
                        .isIn(was, "target-" + growing);
            }
            before = after;
        }
    }

    @Test
    void theOrderOfTheChoicesDoesNotMatter() {
        List<Choice> choices = choices(3, 2, 1);
        List<Choice> reversed = new ArrayList<>(choices).reversed();
        for (long session = 0; session < 1_000; session++) {
            assertThat(bySession(reversed, session)).isEqualTo(bySession(choices, session));
        }
    }

    @Test
    void aNewSessionCanBeginAtAnyChoice() {
        List<Choice> choices = choices(900, 99, 1);
        for (Choice wanted : choices) {
            for (long seed = 0; seed < 100; seed++) {
                long id = Rendezvous.keyFor(
                        wanted, choices, Choice::weight, choice -> choice.name().hashCode(), Hashing.mix(seed));
                if (wanted.weight() > 1) {
                    assertThat(bySession(choices, id)).isEqualTo(wanted);
                }
            }
        }
    }

    @Test
    void seedsAreDividedByWeight() {
        List<Choice> choices = choices(70, 25, 5);
        int[] got = new int[3];
        for (long seed = 0; seed < 1_000; seed++) {
            got[choices.indexOf(WeightedChoice.bySeed(choices, Choice::weight, seed))]++;
        }
        assertThat(got).containsExactly(700, 250, 50);
        assertThat(WeightedChoice.bySeed(choices, Choice::weight, -1)).isIn(choices);
        assertThat(WeightedChoice.bySeed(choices(0, 0), Choice::weight, 3).name())
                .isEqualTo("target-1");
    }
}
