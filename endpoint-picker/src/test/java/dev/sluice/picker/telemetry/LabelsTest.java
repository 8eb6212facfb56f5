package dev.sluice.picker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelsTest {
    private final ManualClock clock = new ManualClock();
    private final List<String> forgotten = new ArrayList<>();
    private final Labels labels = new Labels(3, clock, forgotten::add);

    private static final class ManualClock implements Clock {
        private long nanos = 17;

        void pass(Duration time) {
            nanos += time.toNanos();
        }

        @Override
        public long wallTime() {
            return 0;
        }

        @Override
        public long monotonicTime() {
            return nanos;
        }
    }

    private void fill() {
        for (String each : List.of("a", "b", "c")) {
            assertThat(labels.admit(each)).isEqualTo(each);
        }
    }

    @Test
    void aNameIsALabelOnceItIsAdmitted() {
        assertThat(labels.of("a")).isEqualTo(Labels.OTHER);
        labels.admit("a");
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.of("")).as("nobody has named a model").isEmpty();
    }

    @Test
    void aPublishedNameIsALabelAtOnce() {
        labels.publish(Set.of("p"));
        assertThat(labels.of("p")).isEqualTo("p");
        assertThat(labels.of("q")).isEqualTo(Labels.OTHER);
    }

    @Test
    void whatWasNotUsedForAnHourGivesItsPlaceUp() {
        fill();
        assertThat(labels.admit("d")).isEqualTo(Labels.OTHER);
        clock.pass(Labels.KEPT.dividedBy(2));
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.admit("c")).isEqualTo("c");
        clock.pass(Labels.KEPT.dividedBy(2));
        assertThat(labels.admit("d")).isEqualTo("d");
        assertThat(forgotten).containsExactly("b");
        assertThat(labels.of("b")).isEqualTo(Labels.OTHER);
        assertThat(labels.admit("e")).as("all others are in use").isEqualTo(Labels.OTHER);
    }

    @Test
    void aPublishedNameTakesThePlaceOfAnother() {
        fill();
        clock.pass(Duration.ofSeconds(2));
        labels.of("a");
        labels.of("c");
        labels.publish(Set.of("p", "c"));
        assertThat(labels.of("p")).isEqualTo("p");
        assertThat(forgotten).containsExactly("b");
        labels.publish(Set.of("p", "c", "a", "q"));
        assertThat(labels.of("q"))
                .as("all places are those of published names in use")
                .isEqualTo(Labels.OTHER);
    }

    @Test
    void aNameOfFourKibibytesIsNoLabel() {
        String large = "x".repeat(4_096);
        assertThat(labels.admit(large)).isEqualTo(Labels.OTHER);
        assertThat(labels.of(large)).isEqualTo(Labels.OTHER);
    }
}
