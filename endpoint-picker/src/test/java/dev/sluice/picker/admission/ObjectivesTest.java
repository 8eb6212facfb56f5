package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What objectives change for queued requests, and for requests that would join running ones with an objective.
class ObjectivesTest {
    private static final Priority LOW = new Priority(-10);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Stand stand = new Stand();

    private long in(Duration time) {
        return stand.time.nanos() + time.toNanos();
    }

    /// Ten requests hold all that the engine can.
    private void fill() {
        stand.endpoints(1);
        for (int i = 0; i < 10; i++) {
            stand.run("running " + i, 0, Priority.STANDARD, 1_000);
        }
        stand.read();
    }

    private void end(int first, int last) {
        for (int i = first; i <= last; i++) {
            stand.time.pass(SECOND);
            stand.end("running " + i);
            stand.read();
        }
    }

    @Test
    void ofOneTenantThoseGoFirstThatAreDueFirst() {
        fill();
        stand.ask("usual", Priority.STANDARD, Preempts.NOBODY);
        stand.ask("loose", Priority.STANDARD, Preempts.NOBODY, in(Duration.ofSeconds(20)));
        stand.ask("tight", Priority.STANDARD, Preempts.NOBODY, in(SECOND));
        end(0, 2);
        assertThat(stand.went).containsExactly("tight", "loose", "usual");
    }

    @Test
    void aFarObjectiveDoesNotMakeARequestWaitForThoseThatComeLongAfterIt() {
        fill();
        stand.ask("far", Priority.STANDARD, Preempts.NOBODY, in(Duration.ofHours(1)));
        stand.time.pass(SECOND);
        stand.ask("usual", Priority.STANDARD, Preempts.NOBODY);
        end(0, 1);
        assertThat(stand.went).containsExactly("far", "usual");
    }

    @Test
    void aSheddableRequestIsRefusedWhenItsTimeIsUp() {
        fill();
        stand.ask("low", LOW, Preempts.NOBODY, in(Duration.ofSeconds(5)));
        stand.ask("standard", Priority.STANDARD, Preempts.NOBODY, in(Duration.ofSeconds(5)));
        stand.time.pass(Duration.ofMillis(4_999));
        assertThat(stand.refused).isEmpty();
        stand.time.pass(Duration.ofMillis(1));
        assertThat(stand.refused).isEqualTo(Map.of("low", Outcome.OBJECTIVE_UNREACHABLE));
        stand.time.pass(Duration.ofSeconds(55));
        assertThat(stand.refused).containsEntry("standard", Outcome.QUEUE_TIMEOUT);
    }

    @Test
    void aSheddableRequestThatWouldComeToItsTurnTooLateIsRefusedAtOnce() {
        fill();
        for (int i = 0; i < 8; i++) {
            stand.ask("low " + i, LOW, Preempts.NOBODY);
        }
        // One goes each second; four wait.
        end(0, 3);
        assertThat(stand.went).hasSize(4);
        stand.ask("too late", LOW, Preempts.NOBODY, in(Duration.ofSeconds(3)));
        stand.ask("in time", LOW, Preempts.NOBODY, in(Duration.ofSeconds(6)));
        stand.ask("not sheddable", Priority.STANDARD, Preempts.NOBODY, in(Duration.ofSeconds(3)));
        assertThat(stand.refused).isEqualTo(Map.of("too late", Outcome.OBJECTIVE_UNREACHABLE));
    }

    @Test
    void sheddableRequestsDoNotJoinOthersThatWouldMissTheirObjective() {
        stand.endpoints(1);
        stand.run("interactive", 0, Priority.STANDARD, 1_000);
        stand.read();
        Endpoint endpoint = stand.pool().endpoint(0);
        double alone = new RateBook().of(endpoint.hardware()).stepMillis(1, 1_000);
        double tight = 1.5 * alone;
        endpoint.tpotTargets().add(tight);
        stand.ask("low", LOW, Preempts.NOBODY);
        stand.ask("standard", Priority.STANDARD, Preempts.NOBODY);
        assertThat(stand.went).containsExactly("standard");
        endpoint.tpotTargets().remove(tight);
        endpoint.tpotTargets().add(400);
        stand.read();
        assertThat(stand.went).containsExactly("standard", "low");
        endpoint.tpotTargets().add(alone / 2);
        stand.ask("another", LOW, Preempts.NOBODY);
        assertThat(stand.went).as("what nobody can keep").endsWith("another");
    }
}
