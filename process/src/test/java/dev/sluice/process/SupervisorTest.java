package dev.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SupervisorTest {
    private final List<String> faults = new ArrayList<>();
    private final Supervisor supervisor = new Supervisor(faults::add);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        // A thousand faults are told to the list alone.
        logger().setAdditive(false);
        logger().setLevel(Level.INFO);
        logger().addAppender(log);
    }

    @AfterEach
    void stop() {
        logger().detachAppender(log);
        logger().setLevel(null);
        logger().setAdditive(true);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Supervisor.class);
    }

    private void fail(String loop, String message) {
        assertThat(supervisor.run(loop, () -> {
                    throw new IllegalStateException(message);
                }))
                .isFalse();
    }

    @Test
    void aStepThatWorksIsNoFault() {
        assertThat(supervisor.run("a", () -> {})).isTrue();
        assertThat(supervisor.or("otherwise", "a", () -> "result")).isEqualTo("result");
        assertThat(faults).isEmpty();
        assertThat(log.list).isEmpty();
    }

    @Test
    void eachFaultIsCountedAndEachCauseIsLoggedOnce() {
        fail("a", "x");
        fail("a", "x");
        fail("a", "y");
        fail("b", "x");
        supervisor.report("b", new IllegalArgumentException("x"));
        assertThat(faults).containsExactly("a", "a", "a", "b", "b");
        assertThat(log.list).hasSize(4);
    }

    @Test
    void causesThatAlwaysNameSomethingNewTakeNoMemory() {
        for (int i = 0; i < 1_000; i++) {
            fail("a", "message " + i);
        }
        assertThat(log.list).hasSize(1_000);
        fail("a", "message 999");
        assertThat(log.list).hasSize(1_000);
    }

    @Test
    void theFaultOfOneThingKeepsNoOtherFromItsStep() {
        List<Integer> done = new ArrayList<>();
        supervisor.each("a", List.of(1, 2, 3), each -> {
            if (each == 2) {
                throw new IllegalStateException("two");
            }
            done.add(each);
        });
        assertThat(done).containsExactly(1, 3);
        assertThat(faults).containsExactly("a");
    }

    /// As a stack that overflows at an odd input.
    @Test
    void anErrorIsSurvivedAsAnExceptionIs() {
        assertThat(supervisor.run("a", () -> {
                    throw new StackOverflowError();
                }))
                .isFalse();
        assertThat(supervisor.or("otherwise", "a", () -> {
                    throw new AssertionError("none");
                }))
                .isEqualTo("otherwise");
        assertThat(faults).containsExactly("a", "a");
        assertThat(log.list).hasSize(2);
    }

    @Test
    void aFaultThatCannotBeCountedIsLoggedAndSurvived() {
        Supervisor uncounted = new Supervisor(_ -> {
            throw new IllegalStateException("no meter");
        });
        assertThat(uncounted.run("a", () -> {
                    throw new IllegalStateException("x");
                }))
                .isFalse();
        assertThat(log.list).hasSize(1);
    }

    @Test
    void whatCannotBeHadIsReplaced() {
        assertThat(supervisor.or("otherwise", "a", () -> {
                    throw new IllegalStateException("none");
                }))
                .isEqualTo("otherwise");
        assertThat(faults).containsExactly("a");
    }
}
