package dev.sluice.picker.pool;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.pool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.SignalField;
import dev.sluice.picker.pool.signal.Signals;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What several sources say of one endpoint becomes one record, each field as fresh as its own source.
class SeveralSourcesTest {
    private static final Adapters SQL = new Adapters(Set.of("sql"), Set.of(), 4);

    private Endpoint endpoint;

    @BeforeEach
    void endpoint() {
        endpoint = pool(PolicyKind.COST, H100).endpoint(0);
    }

    @Test
    void othersAloneMakeUpTheWhole() {
        endpoint.report(SignalField.KV_USAGE, .5, 90);
        assertThat(endpoint.signals()).as("nothing without a queue").isNull();
        endpoint.report(SignalField.WAITING, 3, 100);
        endpoint.report(SignalField.RUNNING, 7, 95);
        endpoint.report(SignalField.KV_CAPACITY_TOKENS, 430_000, 80);
        endpoint.report(SQL, 90);
        endpoint.ownInFlightThen(4);
        assertThat(endpoint.signals()).isEqualTo(new Signals(3, 7, new KvCache(.5, 430_000), SQL, 4, 95));
        assertThat(endpoint.signals().requestsFromOthers()).isEqualTo(6);
    }

    @Test
    void whatAnotherMeasuredCountsBeforeTheEnginesPage() {
        endpoint.report(SignalField.KV_USAGE, .9, 50);
        endpoint.report(new Signals(1, 2, new KvCache(.1, 1_000), Adapters.NONE, 1, 100));
        assertThat(endpoint.signals()).isEqualTo(new Signals(1, 2, new KvCache(.9, 1_000), Adapters.NONE, 1, 100));
        endpoint.report(new Signals(2, 2, new KvCache(.2, 1_000), Adapters.NONE, 1, 110));
        assertThat(endpoint.signals()).isEqualTo(new Signals(2, 2, new KvCache(.9, 1_000), Adapters.NONE, 1, 110));
    }

    @Test
    void eachFieldIsForgottenAtItsOwnTime() {
        endpoint.report(new Signals(1, 2, new KvCache(.1, 1_000), SQL, 1, 100));
        endpoint.report(SignalField.KV_USAGE, .9, 50);
        endpoint.expireReports(51);
        assertThat(endpoint.signals().kvCache().usage()).isEqualTo(.1);
        endpoint.report(SignalField.WAITING, 5, 120);
        assertThat(endpoint.expire(101)).isTrue();
        assertThat(endpoint.signals()).isEqualTo(new Signals(5, 0, new KvCache(0, 0), Adapters.NONE, 0, 120));
        endpoint.expireReports(121);
        assertThat(endpoint.signals()).isNull();
    }
}
