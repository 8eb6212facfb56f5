package dev.sluice.picker.routing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A permit goes with its request to a placement, or is returned: then the requests that wait are looked at again.
///
/// One request waits for the pools `second` and `third`, which are full; others are for the pool `llama`.
class ReturnedPermitTest {
    private static final PoolId SECOND = new PoolId("ml", "second");
    private static final PoolId THIRD = new PoolId("ml", "third");
    private static final long WORK = TimeUnit.SECONDS.toNanos(60);

    private final Pools pools = new Pools(_ -> {});
    private final List<Routing> resumed = new ArrayList<>();
    private int dispatches;
    private boolean broken;
    private Catalog catalog = catalog(Map.of());
    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(() -> 1_000, (_, _) -> () -> {}, dispatch -> {
                dispatches++;
                dispatch.run();
            }),
            AdmissionWatch.NOBODY,
            Long.MAX_VALUE,
            new RateBook());
    private final Router router = new RouterBuilder(pools)
            .catalog(() -> catalog)
            .clock(() -> {
                if (broken) {
                    throw new IllegalStateException("the clock is broken");
                }
                return Instant.EPOCH;
            })
            .admission(admission)
            .build();

    private static Catalog catalog(Map<PoolId, List<PublishedModel>> others) {
        PublishedModel model = new PublishedModel(
                MODEL,
                List.of(new WeightedTarget(MODEL, null, 1)),
                null,
                0,
                List.of(new PoolBinding(SECOND, 0, 1), new PoolBinding(THIRD, 1, 1)));
        Map<PoolId, List<PublishedModel>> models = new HashMap<>(others);
        models.put(SECOND, List.of(model));
        models.put(THIRD, List.of(model));
        return new Catalog(models);
    }

    @BeforeEach
    void letARequestWait() {
        pools.replaceAll(
                Stream.of(POOL, SECOND, THIRD).map(ReturnedPermitTest::pool).toList());
        fill(SECOND);
        fill(THIRD);
        assertThat(router.route(request("waits", SECOND, EndpointSubset.ANY, List.of(THIRD), true)))
                .isInstanceOf(Routing.Queued.class);
        dispatches = 0;
    }

    private static Pools.PoolSpec pool(PoolId id) {
        EndpointId endpoint =
                new EndpointId(id.name() + "-0", "10.0.0." + id.name().length(), 8000);
        return new Pools.PoolSpec(id, PoolSettings.DEFAULT, List.of(new EndpointSpec(endpoint, H100, Engine.VLLM)));
    }

    private Endpoint endpoint(PoolId id) {
        return Objects.requireNonNull(pools.find(id)).endpoint(0);
    }

    private void fill(PoolId id) {
        endpoint(id).inFlight().place(1_000, WORK, 1_000);
    }

    /// @param open whether it is there to be resumed
    private PendingRequest request(String id, PoolId pool, EndpointSubset subset, List<PoolId> movable, boolean open) {
        InferenceRequest request =
                new InferenceRequest(id, new RoutePools(pool, movable), work(prompt(1, 2)), subset, 0);
        return RouterBuilder.pending(request, step -> {
            if (open) {
                resumed.add(step.get());
            }
            return open;
        });
    }

    private PendingRequest request(EndpointSubset subset, boolean open) {
        return request("id", POOL, subset, List.of(), open);
    }

    private Routing route(EndpointSubset subset) {
        return router.route(request(subset, true));
    }

    @Test
    void placementKeepsIt() {
        assertThat(route(EndpointSubset.ANY)).isInstanceOf(Routing.Placed.class);
        assertThat(dispatches).isZero();
    }

    @Test
    void refusalByTheSchedulerReturnsIt() {
        assertThat(route(new EndpointSubset.Only(Set.of()))).isInstanceOf(Routing.Refused.class);
        assertThat(dispatches).isEqualTo(1);
    }

    @Test
    void faultReturnsIt() {
        broken = true;
        assertThatIllegalStateException().isThrownBy(() -> route(EndpointSubset.ANY));
        assertThat(dispatches).isEqualTo(1);
    }

    private void letOneBeDispatched(boolean open) {
        fill(POOL);
        assertThat(router.route(request(EndpointSubset.ANY, open))).isInstanceOf(Routing.Queued.class);
        dispatches = 0;
        endpoint(POOL).inFlight().withdraw(1_000, WORK);
        endpoint(POOL).inFlight().release(1_000);
    }

    @Test
    void requestThatHasEndedWhenItIsDispatchedReturnsIt() {
        letOneBeDispatched(false);
        admission.changed(POOL);
        assertThat(admission.waiting(POOL)).isZero();
        assertThat(dispatches)
                .as("one for each of two queues, and one for the permit")
                .isEqualTo(3);
    }

    @Test
    void requestWhoseModelIsWithdrawnWhileItWaitsReturnsIt() {
        letOneBeDispatched(true);
        ModelName other = new ModelName("other");
        catalog =
                catalog(Map.of(POOL, List.of(new PublishedModel(other, List.of(new WeightedTarget(other, null, 1))))));
        admission.changed(POOL);
        assertThat(resumed)
                .singleElement()
                .isInstanceOfSatisfying(
                        Routing.Refused.class,
                        refused -> assertThat(refused.outcome()).isEqualTo(Outcome.UNKNOWN_MODEL));
        assertThat(dispatches)
                .as("one for each of two queues, and one for the permit")
                .isEqualTo(3);
    }
}
