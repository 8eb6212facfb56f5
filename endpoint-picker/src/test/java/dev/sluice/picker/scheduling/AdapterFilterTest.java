package dev.sluice.picker.scheduling;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.poolSpec;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.request;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.choice.Hashing;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.Target;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.pool.signal.AdapterState;
import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.pool.signal.KvCache;
import dev.sluice.picker.pool.signal.Signals;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.Work;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.settings.AdapterChecks;
import dev.sluice.picker.settings.PolicySettings;
import dev.sluice.picker.settings.PoolSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which endpoints a request for an adapter may go to, whatever the policy.
class AdapterFilterTest {
    private static final int SEEDS = 50;
    private static final AdapterChecks CHECKS = new AdapterChecks(Set.of("sql"), true, 0, Duration.ofSeconds(5));
    private static final Target SQL = new Target(MODEL, new ModelName("sql"), new ModelName("sql"));
    private static final Target OTHER = new Target(MODEL, new ModelName("law"), new ModelName("law"));

    private static PoolSnapshot pool(PolicyKind policy, AdapterChecks checks, AdapterState... sql) {
        PoolSettings settings =
                PoolSettings.DEFAULT.withPolicy(PolicySettings.of(policy)).withSignals(Fixtures.adapterChecks(checks));
        Pools pools = new Pools(_ -> {});
        pools.replaceAll(List.of(new PoolSpec(
                POOL, settings, poolSpec(policy, many(sql.length, H100)).endpoints())));
        PoolSnapshot pool = pools.all().get(POOL);
        for (int i = 0; i < sql.length; i++) {
            pool.endpoint(i).reportAdapters(Map.of("sql", sql[i]));
        }
        return pool;
    }

    private static PoolSnapshot pool(PolicyKind policy, AdapterState... sql) {
        return pool(policy, CHECKS, sql);
    }

    /// The positions of all endpoints that requests are given, first or as a fallback.
    private static Set<Integer> given(PoolSnapshot pool, Target target, EndpointSubset subset) {
        Set<Integer> positions = new HashSet<>();
        Scheduler scheduler = new Scheduler();
        for (int seed = 0; seed < SEEDS; seed++) {
            InferenceRequest request = new InferenceRequest("id-" + seed, POOL, work(prompt(seed, 3)), subset, 0);
            Pick pick = scheduler.schedule(
                    SchedulingInputs.of(pool, request, target, new PrefixIndex(1 << 10), Hashing.mix(seed)));
            if (pick instanceof Pick.Picked picked) {
                picked.endpoints()
                        .forEach(each -> positions.add(pool.endpoints().indexOf(each)));
                assertThat(pool.endpoint(picked.position()))
                        .isEqualTo(picked.endpoints().getFirst());
            } else {
                assertThat(pick).isEqualTo(new Pick.AdapterNotServing(target.adapter()));
            }
        }
        return positions;
    }

    private static Set<Integer> given(PoolSnapshot pool, Target target) {
        return given(pool, target, EndpointSubset.ANY);
    }

    @ParameterizedTest
    @EnumSource
    void anAdapterIsSentWhereItIsServedOrNothingIsKnown(PolicyKind policy) {
        PoolSnapshot pool =
                pool(policy, AdapterState.NOT_SERVING, AdapterState.SERVING, AdapterState.ABSENT, AdapterState.UNKNOWN);
        assertThat(given(pool, SQL)).containsExactlyInAnyOrder(1, 3);
    }

    @ParameterizedTest
    @EnumSource
    void theBaseModelAndOtherAdaptersGoEverywhere(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterState.NOT_SERVING, AdapterState.SERVING, AdapterState.ABSENT);
        assertThat(given(pool, Target.asIs(MODEL))).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(given(pool, OTHER)).containsExactlyInAnyOrder(0, 1, 2);
    }

    @ParameterizedTest
    @EnumSource
    void whereNobodyHasItItIsSentToThoseThatMayLoadIt(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterState.ABSENT, AdapterState.NOT_SERVING, AdapterState.ABSENT);
        assertThat(given(pool, SQL)).containsExactlyInAnyOrder(0, 2);
    }

    @ParameterizedTest
    @EnumSource
    void whereAllHaveSaidThatTheyDoNotServeItThereIsNoEndpoint(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterState.NOT_SERVING, AdapterState.NOT_SERVING);
        assertThat(given(pool, SQL)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void onlyThoseOfTheSubsetCount(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterState.SERVING, AdapterState.ABSENT, AdapterState.NOT_SERVING);
        assertThat(given(pool, SQL, only(pool, 1, 2))).containsExactly(1);
        assertThat(given(pool, SQL, only(pool, 2))).isEmpty();
    }

    private static EndpointSubset only(PoolSnapshot pool, int... positions) {
        Set<String> addresses = new HashSet<>();
        for (int position : positions) {
            addresses.add(pool.endpoint(position).address());
        }
        return new EndpointSubset.Only(addresses);
    }

    @ParameterizedTest
    @EnumSource
    void requestsThatUseAnAdapterShowThatItIsThere(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterState.ABSENT, AdapterState.ABSENT, AdapterState.NOT_SERVING);
        report(pool.endpoint(0), 1);
        report(pool.endpoint(1), 0);
        report(pool.endpoint(2), 1);
        assertThat(given(pool, SQL)).containsExactly(0);
    }

    private static void report(Endpoint endpoint, int running) {
        endpoint.report(new Signals(0, running, new KvCache(0, 0), new Adapters(Set.of("sql"), Set.of(), 4), 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOutWhereAdaptersAreNotChecked(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterChecks.NONE, AdapterState.NOT_SERVING, AdapterState.ABSENT);
        assertThat(given(pool, SQL)).containsExactlyInAnyOrder(0, 1);
    }

    @ParameterizedTest
    @EnumSource
    void workThatIsNotSeenGoesEverywhere(PolicyKind policy) {
        PoolSnapshot pool = pool(policy, AdapterState.NOT_SERVING);
        SchedulingInput input = SchedulingInputs.of(
                pool, request("id", new Work.Opaque()), Target.asIs(MODEL), new PrefixIndex(1 << 10), 1);
        assertThat(new Scheduler().schedule(input)).isInstanceOf(Pick.Picked.class);
    }
}
