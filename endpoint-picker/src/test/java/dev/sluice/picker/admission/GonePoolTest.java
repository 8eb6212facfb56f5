package dev.sluice.picker.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.settings.PoolSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of requests whose pool is deleted while they wait for it.
class GonePoolTest {
    private static final PoolId POOL = new PoolId("ml", "pool");

    private final VirtualTime time = new VirtualTime();
    private final Pools pools = new Pools(_ -> {});
    private final AdmissionControl admission = new AdmissionControl(
            pools, new Execution(time, time, Runnable::run), AdmissionWatch.NOBODY, Long.MAX_VALUE, new RateBook());
    private final List<Admission> answers = new ArrayList<>();

    private PoolSnapshot publish() {
        pools.replaceAll(List.of(new Pools.PoolSpec(POOL, PoolSettings.DEFAULT, List.of())));
        return Objects.requireNonNull(pools.find(POOL));
    }

    private void delete() {
        pools.replaceAll(List.of());
        admission.changed();
    }

    private Admission ask(PoolSnapshot pool, @Nullable BooleanSupplier elsewhere) {
        return admission.enqueue(pool, TestRequests.request(Reuse.NONE, elsewhere), answers::add);
    }

    @Test
    void requestsAreRefusedAtOnce() {
        PoolSnapshot pool = publish();
        ask(pool, null);
        ask(pool, null);
        delete();
        assertThat(answers)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each).isInstanceOfSatisfying(Admission.Denied.class, no -> {
                    assertThat(no.outcome()).isEqualTo(Outcome.UNKNOWN_POOL);
                    assertThat(no.retryAfter()).isPositive();
                }));
        assertThat(admission.waiting(POOL)).isZero();
        assertThat(time.pending()).isZero();
    }

    @Test
    void requestsAreRoutedAgainWhereOtherPoolsMayServeThem() {
        PoolSnapshot pool = publish();
        long since = time.nanos();
        ask(pool, () -> false);
        delete();
        assertThat(answers).containsExactly(new Admission.Elsewhere(since));
        assertThat(admission.waiting(POOL)).isZero();
    }

    @Test
    void aRequestForAPoolThatHasJustGoneIsRefusedToo() {
        PoolSnapshot pool = publish();
        delete();
        ask(pool, null);
        assertThat(answers).hasSize(1);
        assertThat(admission.waiting(POOL)).isZero();
    }
}
