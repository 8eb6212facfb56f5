package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.VirtualTime;
import dev.sluice.picker.catalog.Catalog;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// How long decisions take, where each look into the catalog takes a millisecond.
class DecisionTimeTest {
    private final AtomicReference<VirtualTime> time = new AtomicReference<>();

    private Catalog catalog() {
        VirtualTime clock = time.get();
        if (clock != null) {
            clock.pass(Duration.ofMillis(1));
        }
        return Catalog.EMPTY;
    }

    @Test
    void requestThatWaitedCountsItsLastDecisionWithoutItsWait() throws Exception {
        try (ServiceFixture fixture =
                        new ServiceFixture(ServiceFixture.Parts.usual().withCatalog(this::catalog));
                EnvoyStream running = fixture.saturating();
                EnvoyStream waiting = fixture.upload()) {
            fixture.awaitWaiting(1);
            Timer decisions = fixture.registry.get("sluice.decision").timer();
            assertThat(decisions.count()).isEqualTo(1);
            double before = decisions.totalTime(TimeUnit.MILLISECONDS);
            fixture.time.pass(Duration.ofSeconds(10));
            time.set(fixture.time);
            running.cancel();
            assertThat(EnvoyStream.destination(waiting.answer())).isEqualTo(ServiceFixture.DESTINATION);
            assertThat(decisions.count()).isEqualTo(2);
            assertThat(decisions.totalTime(TimeUnit.MILLISECONDS) - before).isBetween(1.0, 100.0);
        }
    }
}
