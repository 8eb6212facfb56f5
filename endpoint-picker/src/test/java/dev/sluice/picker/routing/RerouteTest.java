package dev.sluice.picker.routing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.admission.AdmissionControl;
import dev.sluice.picker.admission.AdmissionWatch;
import dev.sluice.picker.admission.Execution;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.decision.Reroute;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.settings.PoolSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Requests whose model other pools than their route's serve.
class RerouteTest {
    private static final PoolId SECOND = new PoolId("ml", "second");
    private static final PoolId THIRD = new PoolId("ml", "third");

    private final Pools pools = new Pools(_ -> {});
    private final Journal journal = new Journal(1 << 20);
    private Catalog catalog = Catalog.EMPTY;
    private final Router router =
            new RouterBuilder(pools).catalog(() -> catalog).journal(journal).build();

    /// Publishes the model in the pools of its pool bindings.
    private void publish(PoolBinding... bindings) {
        PublishedModel model = model(MODEL, null, bindings);
        Map<PoolId, List<PublishedModel>> models = new HashMap<>();
        List.of(bindings).forEach(binding -> models.put(binding.pool(), List.of(model)));
        catalog = new Catalog(models);
    }

    private static PublishedModel model(ModelName served, ModelName adapter, PoolBinding... bindings) {
        return new PublishedModel(MODEL, List.of(new WeightedTarget(served, adapter, 1)), null, 0, List.of(bindings));
    }

    /// Gives each pool so many endpoints.
    private void run(Map<PoolId, Integer> sizes) {
        List<Pools.PoolSpec> specs = new ArrayList<>();
        sizes.forEach((id, size) -> {
            List<EndpointSpec> endpoints = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                endpoints.add(new EndpointSpec(
                        new EndpointId(id.name() + "-" + i, "10.0.0." + specs.size(), 8000 + i), H100, Engine.VLLM));
            }
            specs.add(new Pools.PoolSpec(id, PoolSettings.DEFAULT, endpoints));
        });
        pools.replaceAll(specs);
    }

    private Routing route(int number, PoolId... movable) {
        return RouterBuilder.route(
                router,
                new InferenceRequest(
                        "id-" + number,
                        new RoutePools(POOL, List.of(movable)),
                        work(prompt(number, 2)),
                        EndpointSubset.ANY,
                        0));
    }

    private Placement placed(int number, PoolId... movable) {
        return switch (route(number, movable)) {
            case Routing.Placed(Placement placement) -> placement;
            case Routing.Waiting waiting -> throw new AssertionError(waiting);
            case Routing.Refused refused -> throw new AssertionError(refused);
        };
    }

    @Test
    void movesARequestWhoseModelOnlyAnotherPoolPublishes() {
        run(Map.of(POOL, 1, SECOND, 1));
        publish(new PoolBinding(SECOND, 0, 1));
        Placement placement = placed(1, SECOND);
        assertThat(placement.endpoint().pool()).isEqualTo(SECOND);
        Reroute reroute = new Reroute(POOL, Reroute.RerouteReason.UNPUBLISHED);
        assertThat(placement.decision().reroute()).isEqualTo(reroute);
        assertThat(journal.find("id-1")).hasValueSatisfying(decision -> {
            assertThat(decision.pool()).isEqualTo(SECOND);
            assertThat(decision.reroute()).isEqualTo(reroute);
        });
        assertThat(router.placed(SECOND, Target.asIs(MODEL))).isEqualTo(1);
        assertThat(router.placed(POOL, Target.asIs(MODEL))).isZero();
    }

    @Test
    void movesNothingWhereTheRouteDoesNotAllowIt() {
        run(Map.of(POOL, 1, SECOND, 1));
        publish(new PoolBinding(SECOND, 0, 1));
        Placement placement = placed(1);
        assertThat(placement.endpoint().pool()).isEqualTo(POOL);
        assertThat(placement.decision().reroute()).isNull();
        publish(new PoolBinding(POOL, 1, 1), new PoolBinding(SECOND, 0, 1));
        assertThat(placed(1).endpoint().pool()).isEqualTo(POOL);
        assertThat(placed(1, THIRD).endpoint().pool()).isEqualTo(POOL);
    }

    @Test
    void theLowestTierThatIsReadyServes() {
        publish(new PoolBinding(POOL, 0, 1), new PoolBinding(SECOND, 1, 1), new PoolBinding(THIRD, 2, 1));
        run(Map.of(POOL, 1, SECOND, 1, THIRD, 1));
        assertThat(placed(1, SECOND, THIRD).decision().reroute()).isNull();
        run(Map.of(POOL, 0, SECOND, 1, THIRD, 1));
        Placement spilled = placed(1, SECOND, THIRD);
        assertThat(spilled.endpoint().pool()).isEqualTo(SECOND);
        assertThat(spilled.decision().reroute()).isEqualTo(new Reroute(POOL, Reroute.RerouteReason.FAILOVER));
        publish(new PoolBinding(POOL, 2, 1), new PoolBinding(SECOND, 1, 1), new PoolBinding(THIRD, 0, 1));
        run(Map.of(POOL, 1, SECOND, 1, THIRD, 1));
        Placement preferred = placed(1, SECOND, THIRD);
        assertThat(preferred.endpoint().pool()).isEqualTo(THIRD);
        assertThat(preferred.decision().reroute()).isEqualTo(new Reroute(POOL, Reroute.RerouteReason.PREFERRED));
    }

    private final AdmissionControl admission = new AdmissionControl(
            pools,
            new Execution(() -> 1_000, (_, _) -> () -> {}, Runnable::run),
            AdmissionWatch.NOBODY,
            Long.MAX_VALUE,
            new RateBook());
    private final AtomicReference<Runnable> onNextResolution = new AtomicReference<>(() -> {});
    private final Router admitting = new RouterBuilder(pools)
            .catalog(() -> {
                onNextResolution.getAndSet(() -> {}).run();
                return catalog;
            })
            .journal(journal)
            .admission(admission)
            .build();
    private final List<PoolId> later = new ArrayList<>();

    @Test
    void whatTheLowestTierHasNoRoomForGoesToTheNext() {
        publish(new PoolBinding(POOL, 0, 1), new PoolBinding(SECOND, 1, 1));
        run(Map.of(POOL, 1, SECOND, 1));
        assertThat(arrive(1)).isEqualTo(POOL);
        fill(POOL);
        assertThat(arrive(2)).isEqualTo(SECOND);
        assertThat(journal.find("id-2"))
                .hasValueSatisfying(decision ->
                        assertThat(decision.reroute()).isEqualTo(new Reroute(POOL, Reroute.RerouteReason.SPILL)));
        fill(SECOND);
        assertThat(arrive(3)).as("waits").isNull();
        assertThat(admission.waiting(POOL)).isEqualTo(1);
    }

    @Test
    void whoWaitsGoesWhereThereIsRoomFirst() {
        publish(new PoolBinding(POOL, 0, 1), new PoolBinding(SECOND, 1, 1));
        run(Map.of(POOL, 1, SECOND, 1));
        fill(POOL);
        fill(SECOND);
        assertThat(arrive(1)).isNull();
        assertThat(arrive(2)).isNull();
        clear(SECOND);
        admission.changed(SECOND);
        assertThat(later)
                .as("the first fills it with its prompt, or both go")
                .isNotEmpty()
                .containsOnly(SECOND);
        assertThat(admission.waiting(POOL) + later.size()).isEqualTo(2);
        clear(POOL);
        admission.changed(POOL);
        assertThat(later).hasSize(2);
        assertThat(admission.waiting(POOL)).isZero();
    }

    /// A permit of one pool is none of another.
    @Test
    void whoseDispatchMeetsAPoolThatHasJustLostItsEndpointsWaitsForTheNext() {
        publish(new PoolBinding(POOL, 0, 1), new PoolBinding(SECOND, 1, 1));
        Map<PoolId, Integer> sizes = new LinkedHashMap<>();
        List.of(SECOND, POOL).forEach(each -> sizes.put(each, 1));
        run(sizes);
        fill(POOL);
        fill(SECOND);
        assertThat(arrive(1)).isNull();
        assertThat(admission.waiting(POOL)).isEqualTo(1);
        sizes.put(POOL, 0);
        onNextResolution.set(() -> run(sizes));
        clear(POOL);
        admission.changed(POOL);
        assertThat(later).as("the next has no capacity").isEmpty();
        assertThat(admission.waiting(POOL)).isZero();
        assertThat(admission.waiting(SECOND)).isEqualTo(1);
        clear(SECOND);
        admission.changed(SECOND);
        assertThat(later).containsExactly(SECOND);
    }

    @Test
    void whoMayGoToOnePoolOnlyWaitsForIt() {
        publish(new PoolBinding(POOL, 0, 1));
        run(Map.of(POOL, 1, SECOND, 1));
        fill(POOL);
        assertThat(arrive(1)).isNull();
        admission.changed(SECOND);
        assertThat(later).isEmpty();
        clear(POOL);
        admission.changed(POOL);
        assertThat(later).containsExactly(POOL);
    }

    @Test
    void whereThePoolIsDeletedItsWaitingRequestsGoToAnother() {
        publish(new PoolBinding(SECOND, 0, 1), new PoolBinding(THIRD, 1, 1));
        Map<PoolId, Integer> sizes = new LinkedHashMap<>();
        List.of(POOL, THIRD, SECOND).forEach(each -> sizes.put(each, 1));
        run(sizes);
        fill(SECOND);
        fill(THIRD);
        assertThat(arrive(1)).isNull();
        assertThat(admission.waiting(SECOND)).isEqualTo(1);
        sizes.remove(SECOND);
        run(sizes);
        admission.changed();
        assertThat(admission.waiting(SECOND)).isZero();
        assertThat(admission.waiting(THIRD)).isEqualTo(1);
        clear(THIRD);
        admission.changed(THIRD);
        assertThat(later).containsExactly(THIRD);
    }

    @Test
    void whereNoOtherPoolMayServeThemTheyAreToldThatItIsGone() {
        publish(new PoolBinding(POOL, 0, 1));
        run(Map.of(POOL, 1));
        fill(POOL);
        List<Routing> told = new ArrayList<>();
        InferenceRequest request =
                new InferenceRequest("id", new RoutePools(POOL, List.of()), work(prompt(1, 2)), EndpointSubset.ANY, 0);
        assertThat(admitting.route(RouterBuilder.pending(request, step -> told.add(step.get()))))
                .isInstanceOf(Routing.Queued.class);
        run(Map.of());
        admission.changed();
        assertThat(told).singleElement().isInstanceOfSatisfying(Routing.Refused.class, no -> {
            assertThat(no.outcome()).isEqualTo(Outcome.UNKNOWN_POOL);
            assertThat(no.message()).isEqualTo("pool ml/llama was deleted while the request waited for it");
        });
    }

    /// Its endpoints have done what they had to do.
    private void clear(PoolId id) {
        Objects.requireNonNull(pools.find(id)).endpoints().forEach(each -> {
            each.inFlight().withdraw(1_000, TimeUnit.SECONDS.toNanos(60));
            each.inFlight().release(1_000);
        });
    }

    /// Gives its endpoints more to do than a request may wait for.
    private void fill(PoolId id) {
        Objects.requireNonNull(pools.find(id))
                .endpoints()
                .forEach(each -> each.inFlight().place(1_000, TimeUnit.SECONDS.toNanos(60), 1_000));
    }

    private @Nullable PoolId arrive(int number) {
        InferenceRequest request = new InferenceRequest(
                "id-" + number,
                new RoutePools(POOL, List.of(SECOND, THIRD)),
                work(prompt(number, 2)),
                EndpointSubset.ANY,
                0);
        return pool(admitting.route(RouterBuilder.pending(request, step -> {
            PoolId at = pool(step.get());
            if (at != null) {
                later.add(at);
            }
            return true;
        })));
    }

    private static @Nullable PoolId pool(Routing routing) {
        return switch (routing) {
            case Routing.Placed(Placement placement) -> placement.endpoint().pool();
            case Routing.Waiting _ -> null;
            case Routing.Refused refused -> throw new AssertionError(refused);
        };
    }

    @Test
    void weightsDivideTheRequestsOfATier() {
        publish(new PoolBinding(POOL, 0, 7), new PoolBinding(SECOND, 0, 3), new PoolBinding(THIRD, 0, 0));
        run(Map.of(POOL, 1, SECOND, 1, THIRD, 1));
        Map<PoolId, Integer> shares = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            Placement placement = placed(i, SECOND, THIRD);
            shares.merge(placement.endpoint().pool(), 1, Integer::sum);
            assertThat(placement.decision().reroute())
                    .isEqualTo(
                            placement.endpoint().pool().equals(POOL)
                                    ? null
                                    : new Reroute(POOL, Reroute.RerouteReason.WEIGHT));
        }
        assertThat(shares).containsOnlyKeys(POOL, SECOND);
        assertThat(shares.get(POOL)).isBetween(1_330, 1_470);
    }

    @Test
    void aPoolWhoseEndpointsDoNotServeTheAdapterIsPassedOver() {
        ModelName adapter = new ModelName("sql");
        PublishedModel model = model(adapter, adapter, new PoolBinding(SECOND, 0, 1), new PoolBinding(THIRD, 1, 1));
        catalog = new Catalog(Map.of(SECOND, List.of(model), THIRD, List.of(model)));
        run(Map.of(POOL, 1, SECOND, 2, THIRD, 1));
        pools.all().get(SECOND).endpoints().forEach(each -> each.reportAdapters(Map.of("sql", AdapterState.ABSENT)));
        assertThat(placed(1, SECOND, THIRD).endpoint().pool()).isEqualTo(THIRD);
        // Where no pool has it, the first one's servers may load it.
        pools.all().get(THIRD).endpoints().forEach(each -> each.reportAdapters(Map.of("sql", AdapterState.ABSENT)));
        assertThat(placed(1, SECOND, THIRD).endpoint().pool()).isEqualTo(SECOND);
    }

    @Test
    void whatNoPoolServesIsRefusedWithTheNamesOfAll() {
        run(Map.of(POOL, 1, SECOND, 1));
        ModelName other = new ModelName("other");
        catalog = new Catalog(Map.of(
                POOL,
                List.of(new PublishedModel(other, List.of(new WeightedTarget(other, null, 1)))),
                SECOND,
                List.of(new PublishedModel(
                        new ModelName("more"), List.of(new WeightedTarget(new ModelName("more"), null, 1))))));
        assertThat(route(1, SECOND))
                .isEqualTo(new Routing.Refused(
                        Outcome.UNKNOWN_MODEL,
                        "model 'llama-3.1-8b' is not published in any pool of the route, which leads to ml/llama; "
                                + "published models: more, other",
                        null));
    }

    @Test
    void aModelWithoutReadyPoolIsRefusedForWantOfEndpoints() {
        run(Map.of(POOL, 1, SECOND, 0));
        publish(new PoolBinding(SECOND, 0, 1));
        assertThat(route(1, SECOND))
                .isEqualTo(new Routing.Refused(Outcome.NO_ENDPOINTS, "pool ml/second has no ready endpoint", null));
        run(Map.of(POOL, 1));
        assertThat(route(1, SECOND))
                .isEqualTo(new Routing.Refused(Outcome.UNKNOWN_POOL, "pool ml/second is not known", null));
    }
}
