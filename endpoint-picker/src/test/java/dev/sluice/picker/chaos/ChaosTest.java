package dev.sluice.picker.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.telemetry.Meters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Each collaborator of requests fails once, at each of its steps, while others are served. Each request ends once
/// under a name, and nothing of it is left in any counter.
class ChaosTest {
    private static final String QUEUED = FaultyClasses.point(AdmissionControl.class, "enqueue");
    private static final String MOVED = FaultyClasses.point(Meters.class, "moved");

    private static Supplier<List<String>> round;

    @BeforeAll
    static void load() throws ReflectiveOperationException {
        logger().setLevel(Level.OFF);
        FaultyClasses classes = new FaultyClasses(ChaosTest::isPoint);
        round = cast(
                classes.loadClass(ChaosRun.class.getName()).getConstructor().newInstance());
        soundRound();
    }

    private static void soundRound() {
        long queued = FaultPoint.count(QUEUED);
        long moved = FaultPoint.count(MOVED);
        assertThat(round.get()).as("a round without faults").isEmpty();
        assertThat(FaultPoint.count(QUEUED) - queued).as("requests that wait").isGreaterThanOrEqualTo(5);
        assertThat(FaultPoint.count(MOVED) - moved).as("requests that move").isPositive();
    }

    @SuppressWarnings("unchecked")
    private static Supplier<List<String>> cast(Object run) {
        return (Supplier<List<String>>) run;
    }

    @AfterAll
    static void close() throws Exception {
        logger().setLevel(null);
        ((AutoCloseable) round).close();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.sluice.picker");
    }

    private static boolean isPoint(String type, String method) {
        return Arrays.stream(FaultyPart.values()).anyMatch(part -> part.has(type, method))
                || type.equals(Meters.class.getName())
                || type.equals(AdmissionPermit.class.getName());
    }

    /// How often a round calls the part. Rounds differ a little: their requests run at once.
    private static int steps(FaultyPart part) {
        int most = 0;
        for (int i = 0; i < 3; i++) {
            FaultPoint.Fault none = new FaultPoint.Fault(part::has, 0, new AssertionError());
            FaultPoint.plan(none);
            soundRound();
            most = Math.max(most, none.calls());
        }
        return most;
    }

    @ParameterizedTest
    @EnumSource
    void eachStepMayFailOnce(FaultyPart part) {
        int steps = steps(part);
        assertThat(steps).isPositive();
        List<String> wrong = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            for (Throwable thrown : List.of(new IllegalStateException("chaos"), new StackOverflowError("chaos"))) {
                FaultPoint.Fault fault = new FaultPoint.Fault(part::has, step, thrown);
                FaultPoint.plan(fault);
                List<String> found = round.get();
                if (!found.isEmpty()) {
                    // With another picker, for this one may have been left with something.
                    FaultPoint.plan(null);
                    var _ = round.get();
                    wrong.add("%s, call %d of %d, %s in %s: %s"
                            .formatted(part, step, steps, thrown, fault.where(), String.join("\n    ", found)));
                }
            }
        }
        FaultPoint.plan(null);
        assertThat(wrong).isEmpty();
    }
}
