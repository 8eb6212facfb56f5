package dev.sluice.picker.routing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.poolSpec;
import static dev.sluice.picker.Fixtures.pools;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.cost.RateBook;
import dev.sluice.picker.cost.TokenLearner;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.prompt.PromptPrefix;
import dev.sluice.picker.prompt.TokenUsage;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.Outcome;
import dev.sluice.picker.routing.placement.Knowledge;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.routing.placement.PromptKnowledge;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One request from its route to its end, on a clock that the test moves.
class RouterTest {
    private static final long MILLI = 1_000_000;
    private final Pools pools = pools(PolicyKind.COST, many(3, H100));
    private final List<Endpoint> endpoints = pools.all().get(POOL).endpoints();
    private final Knowledge knowledge = RouterBuilder.knowledge(new TokenLearner(), new RateBook());
    private final Journal journal = new Journal(1 << 20);
    private Catalog catalog = Catalog.EMPTY;
    private long now = 1_000;
    private final Router router = new RouterBuilder(pools)
            .catalog(() -> catalog)
            .knowledge(knowledge)
            .journal(journal)
            .ticker(() -> now)
            .clock(() -> Instant.ofEpochMilli(1_700_000_000_000L))
            .build();

    private Placement place(String id, Work work) {
        return switch (RouterBuilder.route(router, request(id, work))) {
            case Routing.Placed(Placement placement) -> placement;
            case Routing.Waiting waiting -> throw new AssertionError(waiting);
            case Routing.Refused refused -> throw new AssertionError(refused);
        };
    }

    private int held(PromptPrefix prompt, Endpoint endpoint) {
        long seed = PromptKnowledge.prefixSeed(Target.asIs(MODEL), work(prompt));
        return knowledge.prefixes().match(prompt, seed, endpoint);
    }

    private int inFlight() {
        return endpoints.stream().mapToInt(each -> each.inFlight().requests()).sum();
    }

    @Test
    void refusesAPoolThatNobodyKnows() {
        InferenceRequest elsewhere =
                new InferenceRequest("id", new PoolId("ml", "gone"), work(prompt(1, 1)), EndpointSubset.ANY, 0);
        assertThat(RouterBuilder.route(router, elsewhere))
                .isEqualTo(new Routing.Refused(Outcome.UNKNOWN_POOL, "pool ml/gone is not known", null));
    }

    @Test
    void refusesAnUnpublishedModelAndNamesThePublished() {
        catalog = new Catalog(Map.of(
                POOL,
                List.of(
                        new PublishedModel(
                                new ModelName("b"), List.of(new WeightedTarget(new ModelName("b"), null, 1))),
                        new PublishedModel(
                                new ModelName("a"), List.of(new WeightedTarget(new ModelName("a"), null, 1))))));
        assertThat(RouterBuilder.route(router, request("id", work(prompt(1, 1)))))
                .isEqualTo(new Routing.Refused(
                        Outcome.UNKNOWN_MODEL,
                        "model 'llama-3.1-8b' is not published in pool ml/llama; published models: a, b",
                        null));
        assertThat(inFlight()).isZero();
    }

    @Test
    void refusesWhenThereIsNoEndpoint() {
        InferenceRequest nowhere =
                new InferenceRequest("id", POOL, work(prompt(1, 1)), new EndpointSubset.Only(Set.of()), 0);
        assertThat(RouterBuilder.route(router, nowhere))
                .isInstanceOfSatisfying(
                        Routing.Refused.class,
                        refused -> assertThat(refused.outcome()).isEqualTo(Outcome.SUBSET_EMPTY));
        pools.replaceAll(List.of(poolSpec(PolicyKind.COST)));
        assertThat(RouterBuilder.route(router, request("id", work(prompt(1, 1)))))
                .isInstanceOfSatisfying(
                        Routing.Refused.class,
                        refused -> assertThat(refused.outcome()).isEqualTo(Outcome.NO_ENDPOINTS));
    }

    @Test
    void refusesAnAdapterThatAllSayTheyDoNotServe() {
        Pools.PoolSpec spec = poolSpec(PolicyKind.COST, many(3, H100));
        PoolSettings usual = spec.settings();
        pools.replaceAll(List.of(new Pools.PoolSpec(
                POOL,
                usual.withSignals(
                        Fixtures.adapterChecks(new AdapterChecks(Set.of("sql"), true, 0, Duration.ofSeconds(5)))),
                spec.endpoints())));
        ModelName adapter = new ModelName("sql");
        catalog = new Catalog(Map.of(
                POOL, List.of(new PublishedModel(MODEL, List.of(new WeightedTarget(adapter, adapter, 1))))));
        endpoints.forEach(each -> each.reportAdapters(Map.of("sql", AdapterState.NOT_SERVING)));
        assertThat(RouterBuilder.route(router, request("id", work(prompt(1, 1)))))
                .isEqualTo(new Routing.Refused(
                        Outcome.ADAPTER_NOT_SERVING,
                        "all ready endpoints of pool ml/llama say that they do not serve adapter 'sql' now",
                        null));
        assertThat(inFlight()).isZero();
        endpoints.get(1).reportAdapters(Map.of("sql", AdapterState.SERVING));
        assertThat(place("id", work(prompt(1, 1))).endpoint()).isEqualTo(endpoints.get(1));
    }

    @Test
    void placesCountsAndWritesDown() {
        Placement placement = place("r1", work(prompt(1, 40)));
        assertThat(placement.endpoint().inFlight().requests()).isEqualTo(1);
        assertThat(placement.endpoint().inFlight().prefillBacklogNanos(now)).isBetween(50 * MILLI, 100 * MILLI);
        assertThat(placement.endpoints()).hasSize(3).startsWith(placement.endpoint());
        assertThat(journal.find("r1")).hasValue(placement.decision());
        assertThat(held(prompt(1, 40), placement.endpoint())).isEqualTo(40);
    }

    @Test
    void aFollowUpGoesWhereItsPrefixIs() {
        Placement first = place("r1", work(prompt(1, 40)));
        now += 500 * MILLI;
        first.end(true, now);
        Placement second = place("r2", work(prompt(1, 44)));
        assertThat(second.endpoint()).isSameAs(first.endpoint());
        assertThat(second.decision().cachedTokens()).isEqualTo(40 * 64);
    }

    @Test
    void aModelsTargetNamesTheAdapterAndKeepsPrefixesApart() {
        ModelName adapter = new ModelName("sql-lora");
        catalog = new Catalog(Map.of(
                POOL, List.of(new PublishedModel(MODEL, List.of(new WeightedTarget(adapter, adapter, 1))))));
        Placement placement = place("r1", work(prompt(1, 40)));
        assertThat(placement.target()).isEqualTo(new Target(MODEL, adapter, adapter));
        assertThat(held(prompt(1, 40), placement.endpoint()))
                .as("under the base model")
                .isZero();
    }

    @Test
    void saltsKeepPrefixesApart() {
        PromptPrefix prompt = prompt(1, 40);
        place("r1", new Work.Prompted(MODEL, prompt, "tenant-a", 0, false)).end(true, now);
        now += 1_000 * MILLI;
        Placement other = place("r2", new Work.Prompted(MODEL, prompt, "tenant-b", 0, false));
        assertThat(other.decision().cachedTokens()).isZero();
        other.end(true, now);
        now += 1_000 * MILLI;
        assertThat(place("r3", new Work.Prompted(MODEL, prompt, "tenant-a", 0, false))
                        .decision()
                        .cachedTokens())
                .isPositive();
    }

    @Test
    void anEndTakesEffectOnce() {
        Placement placement = place("r1", work(prompt(1, 4)));
        assertThat(placement.end(true, now)).isTrue();
        assertThat(placement.end(true, now)).isFalse();
        assertThat(placement.end(false, now)).isFalse();
        placement.served(endpoints.get(2), now);
        placement.firstToken(now);
        assertThat(inFlight()).isZero();
        assertThat(endpoints).allMatch(each -> each.inFlight().contextTokens() == 0);
    }

    @Test
    void theFirstTokenCorrectsTheBacklog() {
        Placement placement = place("r1", work(prompt(1, 40)));
        placement.firstToken(now + 10 * MILLI);
        assertThat(placement.endpoint().inFlight().prefillBacklogNanos(now + 10 * MILLI))
                .isZero();
        assertThat(placement.endpoint().inFlight().requests()).isEqualTo(1);
    }

    @Test
    void aFailureBeforeTheFirstTokenTakesEverythingBack() {
        Placement placement = place("r1", work(prompt(1, 40)));
        Endpoint endpoint = placement.endpoint();
        placement.end(false, now);
        assertThat(endpoint.inFlight().prefillBacklogNanos(now)).isZero();
        assertThat(held(prompt(1, 40), endpoint)).isZero();
        assertThat(inFlight()).isZero();
    }

    @Test
    void aFailureTakesBackNoPrefixThatWasThereBefore() {
        Placement first = place("r1", work(prompt(1, 40)));
        first.end(true, now);
        now += 1_000 * MILLI;
        Placement second = place("r2", work(prompt(1, 60)));
        assertThat(second.endpoint()).isSameAs(first.endpoint());
        second.end(false, now);
        assertThat(held(prompt(1, 60), first.endpoint())).isEqualTo(40);
    }

    @Test
    void aFailureAfterTheFirstTokenLeavesThePrefix() {
        Placement placement = place("r1", work(prompt(1, 40)));
        placement.firstToken(now + MILLI);
        placement.end(false, now + 2 * MILLI);
        assertThat(held(prompt(1, 40), placement.endpoint())).isEqualTo(40);
        assertThat(inFlight()).isZero();
    }

    @Test
    void workMovesToTheEndpointThatServes() {
        Placement placement = place("r1", work(prompt(1, 40)));
        Endpoint picked = placement.endpoint();
        Endpoint fallback = placement.endpoints().get(1);
        placement.served(fallback, now);
        assertThat(picked.inFlight().requests()).isZero();
        assertThat(picked.inFlight().prefillBacklogNanos(now)).isZero();
        assertThat(held(prompt(1, 40), picked)).isZero();
        assertThat(fallback.inFlight().requests()).isEqualTo(1);
        assertThat(held(prompt(1, 40), fallback)).isEqualTo(40);
        placement.end(true, now);
        assertThat(inFlight()).isZero();
    }

    @Test
    void aFailureElsewhereTakesBackWhatWasNewThere() {
        Placement warm = place("r0", work(prompt(1, 40)));
        warm.end(true, now);
        now += 1_000 * MILLI;
        Placement placement = place("r1", work(prompt(1, 40)));
        Endpoint fallback = placement.endpoints().get(1);
        assertThat(held(prompt(1, 40), fallback)).isZero();
        placement.served(fallback, now);
        placement.end(false, now);
        assertThat(held(prompt(1, 40), fallback)).as("it never saw the prompt").isZero();
        assertThat(held(prompt(1, 40), warm.endpoint())).isEqualTo(40);
    }

    @Test
    void usageTeachesTheModelsTokens() {
        for (int i = 0; i < 200; i++) {
            Placement placement = place("r" + i, work(prompt(i, 10)));
            placement.used(new TokenUsage(1_280, 50, 0));
            placement.end(true, now);
        }
        assertThat(knowledge.tokens().of(MODEL).bytesPerToken()).isCloseTo(2, within(.01));
        assertThat(knowledge.tokens().of(MODEL).outputTokens()).isCloseTo(50, within(.1));
    }

    @Test
    void aFailureTeachesNothing() {
        Placement placement = place("r1", work(prompt(1, 10)));
        placement.used(new TokenUsage(1_280, 50, 0));
        placement.end(false, now);
        assertThat(knowledge.tokens().of(MODEL).bytesPerToken()).isEqualTo(4);
    }

    @Test
    void opaqueWorkIsCountedAndNothingElse() {
        Placement placement = place("r1", new Work.Opaque());
        assertThat(placement.target()).isNull();
        assertThat(inFlight()).isEqualTo(1);
        assertThat(placement.endpoint().inFlight().prefillBacklogNanos(now)).isZero();
        placement.end(true, now);
        assertThat(inFlight()).isZero();
    }
}
