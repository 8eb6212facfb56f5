package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.Admission;
import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionPermit;
import dev.sluice.picker.admission.AdmissionRequest;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.admission.Precedence;
import dev.sluice.picker.admission.Reuse;
import dev.sluice.picker.admission.TenantShare;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.ExactPrefixIndex;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prefix.TokenizedPrefixes;
import dev.sluice.picker.request.Preempts;
import dev.sluice.picker.request.Priority;
import dev.sluice.picker.settings.PoolSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is heard of an engine has its pool's queue looked at, though no timer runs.
class PickerListenerTest {
    private static final PoolId POOL = new PoolId("ml", "pool");

    private final Pools pools = new Pools(_ -> {});
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(() -> 0, (_, _) -> () -> {}, Runnable::run),
            AdmissionWatch.NOBODY,
            Long.MAX_VALUE,
            new RateBook());
    private final ExactPrefixIndex exact = new ExactPrefixIndex(16);
    private final SignalReaders.PickerListener listener = new SignalReaders.PickerListener(
            admission,
            new Stores(
                    new PrefixIndex(16),
                    exact,
                    new TokenizedPrefixes(exact),
                    new RateBook(),
                    new TokenLearner(),
                    new Journal(1 << 16)));
    private final List<Admission> answers = new ArrayList<>();
    private Endpoint endpoint;

    /// The engine is full by its own account, and a request waits.
    @BeforeEach
    void saturate() {
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                PoolSettings.DEFAULT,
                List.of(new EndpointSpec(new EndpointId("pod", "10.0.0.1", 8000), Hardware.UNKNOWN, Engine.VLLM)))));
        PoolSnapshot pool = Objects.requireNonNull(pools.find(POOL));
        endpoint = pool.endpoint(0);
        endpoint.inFlight().place(0, 0, 1_000);
        report(0.99);
        AdmissionRequest request = new AdmissionRequest(
                new Precedence(Priority.STANDARD, Preempts.NOBODY),
                new TenantShare("a", 1),
                100,
                Long.MAX_VALUE,
                Reuse.NONE,
                null);
        assertThat(admission.enqueue(pool, request, answers::add)).isInstanceOf(Admission.Enqueued.class);
        assertThat(answers).isEmpty();
    }

    private void report(double kvUsage) {
        endpoint.report(new Signals(0, 1, new KvCache(kvUsage, 10_000), Adapters.NONE, 1, 0));
    }

    @Test
    void requestsAreDispatchedWhenSignalsThatSaidFullExpire() {
        assertThat(endpoint.expire(1)).isTrue();
        listener.expired(endpoint);
        assertThat(answers).singleElement().isInstanceOf(AdmissionPermit.class);
    }

    @Test
    void requestsAreDispatchedWhenAnEngineReportsCapacity() {
        report(0.1);
        listener.reported(endpoint);
        assertThat(answers).singleElement().isInstanceOf(AdmissionPermit.class);
    }
}
