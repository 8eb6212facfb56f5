package dev.sluice.picker.routing.target;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.poolSpec;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.AdapterState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A split never sends to a target that no server lists.
class UnservedTargetTest {
    private static final WeightedTarget STABLE = new WeightedTarget(new ModelName("stable"), null, 1);
    private static final WeightedTarget CANARY = new WeightedTarget(new ModelName("canary"), null, 1);
    private static final WeightedTarget ADAPTER = new WeightedTarget(new ModelName("sql"), new ModelName("sql"), 1);

    private final Pools pools = new Pools(_ -> {});
    private final TargetSelector selector = new TargetSelector(pools, null);
    private List<Endpoint> endpoints = List.of();

    @BeforeEach
    void fill() {
        pools.replaceAll(List.of(poolSpec(PolicyKind.COST, many(2, H100))));
        endpoints = pools.all().get(POOL).endpoints();
    }

    private Set<String> chosen(List<PoolBinding> bindings, WeightedTarget... targets) {
        PublishedModel model = new PublishedModel(MODEL, List.of(targets));
        return IntStream.range(0, 20)
                .mapToObj(i -> selector.choice(request("r" + i, work(prompt(i, 1))), model, bindings, i))
                .map(choice -> choice.target().served().value())
                .collect(Collectors.toSet());
    }

    private Set<String> chosen(WeightedTarget... targets) {
        return chosen(List.of(), targets);
    }

    private void list(String... models) {
        endpoints.forEach(endpoint -> endpoint.reportModels(Set.of(models)));
    }

    @Test
    void targetThatNoServerListsGetsNothing() {
        assertThat(chosen(STABLE, CANARY)).containsExactlyInAnyOrder("stable", "canary");
        list("stable");
        assertThat(chosen(STABLE, CANARY)).containsExactly("stable");
        endpoints.getFirst().reportModels(Set.of("canary"));
        assertThat(chosen(STABLE, CANARY)).containsExactlyInAnyOrder("stable", "canary");
        endpoints.getFirst().reportModels(null);
        assertThat(chosen(STABLE, CANARY)).as("one says nothing").containsExactlyInAnyOrder("stable", "canary");
    }

    @Test
    void adapterThatNoServerListsGetsNothing() {
        endpoints.forEach(endpoint -> endpoint.reportAdapters(Map.of("sql", AdapterState.ABSENT)));
        assertThat(chosen(STABLE, ADAPTER)).containsExactly("stable");
    }

    @Test
    void whereNoTargetIsListedTheEnginesJudge() {
        list("other");
        assertThat(chosen(STABLE, CANARY)).containsExactlyInAnyOrder("stable", "canary");
        assertThat(chosen(STABLE)).containsExactly("stable");
        list("stable");
        WeightedTarget off = new WeightedTarget(STABLE.served(), null, 0);
        assertThat(chosen(off, CANARY))
                .as("the one that is listed has no weight")
                .containsExactly("canary");
    }

    @Test
    void anyPoolThatServesItIsEnough() {
        list("stable");
        PoolBinding here = new PoolBinding(POOL, 0, 1);
        assertThat(chosen(List.of(here), STABLE, CANARY)).containsExactly("stable");
        assertThat(chosen(List.of(here, new PoolBinding(new PoolId("ml", "unknown"), 0, 1)), STABLE, CANARY))
                .containsExactlyInAnyOrder("stable", "canary");
    }
}
