package dev.sluice.lab.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.contender.Lesson.Errors;
import dev.sluice.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the router has learned of a fleet's speed after some requests, against the truth that it never sees:
/// steps vary by 8 %, servers by 5 %.
class LearningTest {
    private static final int SEEDS = 5;
    private static final int LESSON = 200;
    private static final double LARGEST_ERROR = 0.15;
    /// Where one request in twenty is ten times too slow: what is learned is then worse, and still of use.
    private static final double LARGEST_ERROR_WITH_OUTLIERS = 0.25;

    /// Where nothing was published, neither of how fast the hardware is nor of how its engine mixes prefill and
    /// decoding.
    private static final double LARGEST_ERROR_OF_UNKNOWN = 0.25;

    /// About what an 8B model takes on an L4: six to twelve times as long as on an H100, which is what the
    /// router takes an unknown accelerator for.
    private static final String UNKNOWN =
            "{accelerator: l4, count: 4, kvTokens: 36000, fit: {p0: 30, p1: 0.22, p2: 8, d0: 53, d1: 0.09, d2: 0.44},"
                    + " setup: {unlabelled: true}}";

    private static final String KNOWN = "{profile: h100-8b, count: 4}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"0.3, 0", "0.3, 0.05", "1, 0", "3, 0", "3, 0.05"})
    void anUnknownAcceleratorIsKnownAfter200Requests(double rate, double outliers) throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Lesson lesson = new Lesson(workload(UNKNOWN, rate), 1, outliers, seed);
            lesson.play(LESSON);
            assertThat(lesson.errors(1, lesson.learned().prior()).step())
                    .as("as published")
                    .isGreaterThan(0.5);
            assertLearned(
                    lesson.errors(1),
                    LARGEST_ERROR_OF_UNKNOWN,
                    "seed " + seed + ": " + lesson.learned().rates());
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 4, 0", "2, 20, 0.05", "0.5, 4, 0.05", "0.5, 20, 0"})
    void publishedFiguresThatAreWrongByTwoAreCorrected(double slowness, double rate, double outliers)
            throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Lesson lesson = new Lesson(workload(KNOWN, rate), slowness, outliers, seed);
            lesson.play(LESSON);
            assertLearned(
                    lesson.errors(slowness),
                    outliers > 0 ? LARGEST_ERROR_WITH_OUTLIERS : LARGEST_ERROR,
                    "seed " + seed + ": " + lesson.learned().rates());
        }
    }

    /// One in twenty requests is ten times too slow all the while.
    @ParameterizedTest
    @CsvSource({"3, 3", "3, 10", "0.333, 3", "0.333, 10"})
    void aSwapUnderTheSameNameIsFollowedWithin150Requests(double factor, double rate) throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Lesson lesson = new Lesson(workload(KNOWN, rate), 1, 0.05, seed);
            lesson.play(LESSON);
            lesson.swap(factor);
            lesson.play(150);
            assertLearned(
                    lesson.errors(factor),
                    LARGEST_ERROR_WITH_OUTLIERS,
                    "seed " + seed + ": " + lesson.learned().rates());
        }
    }

    private static void assertLearned(Errors errors, double largest, String what) {
        assertThat(errors.prefill()).as("prefill, %s", what).isLessThan(largest);
        assertThat(errors.step()).as("step, %s", what).isLessThan(largest);
    }

    private Workload workload(String group, double rate) throws IOException {
        return Workload.read(Files.writeString(folder.resolve("mixed.yaml"), """
                name: mixed
                fleet: [%s]
                arrivals: {stages: [{rate: %s, seconds: 2000}]}
                mix:
                  - {share: 3, prompt: {mean: 300, cv: 1}, output: {mean: 150, cv: 1}}
                  - {share: 1, system: {groups: 4, tokens: 2000}, prompt: {mean: 200, cv: 1}, output: {mean: 100, cv: 1}}
                  - {share: 1, prompt: {mean: 3000, cv: 0.5}, output: {mean: 200, cv: 1}}
                """.formatted(group, rate)));
    }
}
