package dev.sluice.picker.pool;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.L40S;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.signals;
import static dev.sluice.picker.Fixtures.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PoolSettings;
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
    void whatResourcesSayOfAnEndpointChangesInPlace() {
        Endpoint endpoint = publish(spec(1, H100)).getFirst();
        endpoint.inFlight().place(0, 5, 7);
        endpoint.report(signals(1, 2, .5));

        assertThat(publish(new EndpointSpec(spec(1, H100).id(), L40S, Engine.SGLANG, true, "10.1.0.1", "")))
                .isEmpty();

        assertThat(current()).containsExactly(endpoint);
        assertThat(endpoint.isMember()).isTrue();
        assertThat(endpoint.inFlight().requests()).isEqualTo(1);
        assertThat(endpoint.signals()).isEqualTo(signals(1, 2, .5));
        assertThat(endpoint.hardware()).isEqualTo(L40S);
        assertThat(pools.all().get(POOL).hardware()).containsExactly(L40S);
        assertThat(endpoint.engine()).isEqualTo(Engine.SGLANG);
        assertThat(endpoint.node()).isEqualTo("10.1.0.1");
        assertThat(joined).hasSize(1);
    }

    @Test
    void aPoolsSettingsChangeWithoutItsEndpoints() {
        Endpoint endpoint = publish(spec(1, H100)).getFirst();
        PoolSettings other = PoolSettings.DEFAULT.withPolicy(PolicySettings.of(PolicyKind.LEAST_REQUEST));
        pools.replaceAll(List.of(new PoolSpec(POOL, other, List.of(spec(1, H100)))));
        assertThat(current()).containsExactly(endpoint);
        assertThat(pools.all().get(POOL).settings()).isEqualTo(other);
    }

    @Test
    void whatTheGpusSaidStaysWhereTheResourcesSayNothing() {
        Hardware unknown = new Hardware("", 1, "llama");
        Endpoint endpoint = publish(spec(1, unknown)).getFirst();
        assertThat(pools.identify(endpoint, "NVIDIA H200", 2)).isTrue();
        publish(spec(1, new Hardware("", 1, "mistral")));
        assertThat(endpoint.hardware()).isEqualTo(new Hardware("NVIDIA H200", 2, "mistral"));
        publish(new EndpointSpec(spec(1, H100).id(), H100, Engine.VLLM, true, "", ""));
        assertThat(endpoint.hardware()).isEqualTo(H100);
        publish(spec(1, unknown));
        assertThat(endpoint.hardware()).isEqualTo(new Hardware("NVIDIA H200", 2, "llama"));
    }

    @Test
    void whatTheEngineLoadedTellsTheModelsSize() {
        Hardware declared = new Hardware("NVIDIA H200", 1, "chat");
        Endpoint endpoint = publish(spec(1, declared)).getFirst();
        endpoint.inFlight().place(0, 5, 7);
        assertThat(pools.names(endpoint, ModelNames.Source.METRICS, "")).isFalse();
        assertThat(pools.names(endpoint, ModelNames.Source.METRICS, "chat")).isFalse();
        assertThat(pools.names(endpoint, ModelNames.Source.LIST, "Qwen/Qwen3-32B"))
                .isTrue();
        Hardware told = new Hardware("NVIDIA H200", 1, "Qwen/Qwen3-32B");
        assertThat(endpoint.hardware()).isEqualTo(told);
        assertThat(endpoint.declaredModel()).isEqualTo("chat");
        assertThat(pools.all().get(POOL).hardware()).containsExactly(told);
        assertThat(current()).containsExactly(endpoint);
        assertThat(endpoint.inFlight().requests()).isEqualTo(1);
        assertThat(pools.names(endpoint, ModelNames.Source.LIST, "Qwen/Qwen3-32B"))
                .isFalse();
        publish(spec(1, new Hardware("NVIDIA H200", 1, "qwen-32b")));
        assertThat(endpoint.hardware()).isEqualTo(new Hardware("NVIDIA H200", 1, "qwen-32b"));
    }

    @Test
    void anotherPodUnderTheSameNameAndAddressIsAnotherEndpoint() {
        Endpoint unknown = publish(inPod("")).getFirst();
        publish(inPod("first"));
        publish(inPod(""));
        assertThat(current())
                .as("a pod without a UID is taken for the pod of its name")
                .containsExactly(unknown);
        publish(inPod("second"));
        assertThat(current()).doesNotContain(unknown);
        assertThat(unknown.isMember()).isFalse();
        assertThat(joined).hasSize(2);
    }

    private static EndpointSpec inPod(String uid) {
        return new EndpointSpec(spec(1, H100).id(), H100, Engine.VLLM, false, "", uid);
    }

    @Test
    void aPodAtAnotherAddressIsAnotherEndpoint() {
        Endpoint before = publish(inPod("same")).getFirst();
        EndpointId moved =
                new EndpointId(before.id().pod(), "10.0.0.77", before.id().port());
        publish(new EndpointSpec(moved, H100, Engine.VLLM, false, "", "same"));
        assertThat(current()).doesNotContain(before);
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
        endpoint.report(new Signals(0, 0, new KvCache(0, 0), Adapters.NONE, 0, 100));
        assertThat(endpoint.expire(100)).isFalse();
        assertThat(endpoint.signals()).isNotNull();
        assertThat(endpoint.expire(101)).isTrue();
        assertThat(endpoint.signals()).isNull();
        assertThat(endpoint.expire(101)).isFalse();
    }
}
