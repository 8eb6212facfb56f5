package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.telemetry.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Faults faults = new Faults(new Meters(registry));

    private static IllegalStateException fault(String message) {
        return new IllegalStateException(message);
    }

    @Test
    void stepThatFailsIsCountedAndTheNextOneIsDone() {
        List<String> done = new ArrayList<>();
        faults.survive(() -> {
            throw fault("one");
        });
        faults.survive(() -> {
            throw new AssertionError("an error, too");
        });
        faults.survive(() -> done.add("last"));
        assertThat(done).containsExactly("last");
        assertThat(registry.get("sluice.end.faults").counter().count()).isEqualTo(2);
    }

    @Test
    void placeThatFailsAgainIsNotNew() {
        assertThat(faults.isNew(fault("first"))).isTrue();
        assertThat(faults.isNew(fault("the same place says something else"))).isFalse();
        assertThat(faults.isNew(new IllegalStateException("another place"))).isTrue();
    }
}
