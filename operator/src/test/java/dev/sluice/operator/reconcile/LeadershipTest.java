package dev.sluice.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.telemetry.Meters;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeadershipTest {

    /// A replica that keeps its lease and writes nothing would keep all others from writing.
    @Test
    void aTermThatCannotBeginIsBegunAgainWhateverTheFault() throws InterruptedException {
        Semaphore tries = new Semaphore(0);
        Meters meters = new Meters();
        try (var client = new KubernetesClientBuilder().build();
                Leadership _ = Leadership.unopposed(
                        client,
                        () -> {
                            tries.release();
                            throw new IllegalStateException("no term");
                        },
                        meters)) {
            assertThat(tries.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(meters.scrape()).contains("sluice_operator_loop_faults_total{loop=\"leadership\"}");
    }
}
