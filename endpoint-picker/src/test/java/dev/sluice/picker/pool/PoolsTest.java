package dev.sluice.picker.pool;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.signals;
import static dev.sluice.picker.Fixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.pool.Pools.PoolSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolsTest {
    private final List<Endpoint> joined = new ArrayList<>();
    private final Pools pools = new Pools(joined::add);

    private List<Endpoint> publish(EndpointSpec... endpoints) {
        return pools.replaceAll(List.of(new PoolSpec(POOL, PoolSettings.DEFAULT, Arrays.asList(endpoints))));
    }

    private List<Endpoint> current() {
        return pools.all().get(POOL).endpoints();
    }

    @Test
    void keepsTheEndpointsThatStay() {
        List<Endpoint> first = publish(spec(1, H100), spec(2, H100));
        Endpoint kept = first.get(1);
        kept.inFlight().place(0, 5, 7);
        kept.report(signals(1, 2, .5));

        List<Endpoint> added = publish(spec(2, H100), spec(3, H100));

        assertThat(current()).hasSize(2).startsWith(kept);
        assertThat(kept.inFlight().requests()).isEqualTo(1);
        assertThat(kept.signals()).isEqualTo(signals(1, 2, .5));
        assertThat(added).extracting(Endpoint::id).containsExactly(spec(3, H100).id());
        assertThat(joined).hasSize(3);
        assertThat(first.get(0).isMember()).isFalse();
        assertThat(kept.isMember()).isTrue();
    }

    @Test
    void takesAnEndpointOnOtherHardwareForANewOne() {
        Endpoint before = publish(spec(1, H100)).getFirst();
        publish(spec(1, L40S));
        assertThat(current().getFirst()).isNotSameAs(before);
        assertThat(before.isMember()).isFalse();
    }

    @Test
    void anEndpointReturnsAsANewOne() {
        Endpoint before = publish(spec(1, H100)).getFirst();
        publish();
        publish(spec(1, H100));
        assertThat(current().getFirst()).isNotSameAs(before);
        assertThat(before.isMember()).isFalse();
    }

    @Test
    void dismissesTheEndpointsOfAPoolThatGoes() {
        Endpoint endpoint = publish(spec(1, H100)).getFirst();
        pools.replaceAll(List.of());
        assertThat(pools.find(POOL)).isNull();
        assertThat(endpoint.isMember()).isFalse();
    }

    @Test
    void keepsPoolsApartThatShareAPod() {
        PoolId other = new PoolId("ml", "other");
        List<Endpoint> endpoints = pools.replaceAll(List.of(
                new PoolSpec(POOL, PoolSettings.DEFAULT, List.of(spec(1, H100))),
                new PoolSpec(other, PoolSettings.DEFAULT, List.of(spec(1, H100)))));
        assertThat(endpoints).extracting(Endpoint::pool).containsExactlyInAnyOrder(POOL, other);
        assertThat(endpoints.get(0).ordinal()).isNotEqualTo(endpoints.get(1).ordinal());
    }

    @Test
    void ordinalsRestAsLongAsPossibleBeforeReuse() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < Pools.MAX_ENDPOINTS; i++) {
            assertThat(seen.add(publish(spec(i, H100)).getFirst().ordinal())).isTrue();
        }
        int reused = publish(spec(1, L40S)).getFirst().ordinal();
        assertThat(reused).isZero();
    }

    @Test
    void neverSharesAnOrdinalBetweenEndpointsThatExist() {
        EndpointSpec lasting = spec(1, H100);
        int kept = publish(lasting).getFirst().ordinal();
        for (int i = 2; i < Pools.MAX_ENDPOINTS + 4; i++) {
            assertThat(publish(lasting, spec(i, H100)).getFirst().ordinal()).isNotEqualTo(kept);
        }
    }

    @Test
    void findsAnEndpointByItsAddress() {
        publish(spec(1, H100), spec(2, H100));
        assertThat(pools.all().get(POOL).at("10.0.0.2:8000")).hasValue(current().get(1));
        assertThat(pools.all().get(POOL).at("10.0.0.3:8000")).isEmpty();
    }

    @Test
    void signalsExpireByTheirAge() {
        Endpoint endpoint = publish(spec(1, H100)).getFirst();
        endpoint.report(new Signals(0, 0, 0, 0, Adapters.NONE, 0, 100));
        assertThat(endpoint.expire(100)).isFalse();
        assertThat(endpoint.signals()).isNotNull();
        assertThat(endpoint.expire(101)).isTrue();
        assertThat(endpoint.signals()).isNull();
        assertThat(endpoint.expire(101)).isFalse();
    }
}
