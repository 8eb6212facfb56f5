package dev.sluice.standalone.lab.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.standalone.lab.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningTest {
    @TempDir
    Path folder;

    @Test
    void explore() throws IOException {
        for (String load : new String[] {"0.3", "3"}) {
            for (long seed = 1; seed <= 4; seed++) {
                report("L4 rate " + load, new Lesson(l4(load), 1, 0, seed), 1);
                report("L4 outliers rate " + load, new Lesson(l4(load), 1, .05, seed), 1);
            }
        }
        for (String load : new String[] {"4", "20"}) {
            for (long seed = 1; seed <= 4; seed++) {
                for (double slow : new double[] {1, 2, .5}) {
                    report("H100 slow " + slow + " rate " + load, new Lesson(h100(load), slow, 0, seed), slow);
                    report("H100 outliers " + slow + " rate " + load, new Lesson(h100(load), slow, .05, seed), slow);
                }
            }
        }
        for (String rate : new String[]{"3", "10"})
        for (double slow : new double[] {3, 1 / 3.0}) {
            for (long seed = 1; seed <= 4; seed++) {
                Lesson lesson = new Lesson(h100(rate), 1, .05, seed);
                lesson.play(300);
                lesson.swap(slow);
                for (int i = 0; i < 7; i++) {
                    lesson.play(20);
                    var e = lesson.errors(slow);
                    System.out.printf(
                            rate + " swap %.2f after %d: %.3f %.3f  shifts %d%n",
                            slow,
                            (i + 1) * 20,
                            e.prefill(),
                            e.step(),
                            lesson.learned().shifts());
                }
            }
        }
    }

    private static void report(String what, Lesson lesson, double slow) {
        lesson.play(200);
        var e = lesson.errors(slow);
        var l = lesson.learned();
        System.out.printf(
                "%-30s prefill %.3f step %.3f  learned %d rejected %d shifts %d err %.3f %.3f  %s%n",
                what,
                e.prefill(),
                e.step(),
                l.learned(),
                l.rejected(),
                l.shifts(),
                l.firstTokenError(),
                l.stepError(),
                l.rates());
        assertThat(e.step()).isLessThan(5);
    }

    private Workload l4(String rate) throws IOException {
        return workload(
                "{accelerator: l4, count: 4, kvTokens: 36000, fit: {p0: 30, p1: 0.22, p2: 8, d0: 53, d1: 0.09, d2: 0.44}}",
                rate);
    }

    private Workload h100(String rate) throws IOException {
        return workload("{profile: h100-8b, count: 4}", rate);
    }

    private Workload workload(String group, String rate) throws IOException {
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
