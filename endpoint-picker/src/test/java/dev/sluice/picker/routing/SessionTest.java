package dev.sluice.picker.routing;

import static dev.sluice.picker.Fixtures.H100;
import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.many;
import static dev.sluice.picker.Fixtures.poolSpec;
import static dev.sluice.picker.Fixtures.pools;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.Fixtures.work;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.catalog.Catalog;
import dev.sluice.picker.catalog.PoolBinding;
import dev.sluice.picker.catalog.PublishedModel;
import dev.sluice.picker.catalog.PublishedModel.WeightedTarget;
import dev.sluice.picker.decision.PolicyKind;
import dev.sluice.picker.decision.Stickiness;
import dev.sluice.picker.identity.EndpointSubset;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.identity.RoutePools;
import dev.sluice.picker.journal.Journal;
import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.signal.GpuSignals;
import dev.sluice.picker.request.Affinity;
import dev.sluice.picker.request.InferenceRequest;
import dev.sluice.picker.request.RequestAttributes;
import dev.sluice.picker.request.SessionClaim;
import dev.sluice.picker.routing.placement.Placement;
import dev.sluice.picker.routing.target.SessionAttempt;
import dev.sluice.picker.session.SessionKeys;
import dev.sluice.picker.session.SessionTokens;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Sessions from their first request on, on a clock that the test moves.
class SessionTest {
    private static final String COOKIE = "sid";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ModelName STABLE = new ModelName("stable");
    private static final ModelName CANARY = new ModelName("canary");

    private final Pools pools = pools(PolicyKind.COST, many(4, H100));
    private final Journal journal = new Journal(1 << 20);
    private SessionKeys keys = SessionKeys.parse("a-session-key-of-at-least-32-characters");
    private Catalog catalog = Catalog.EMPTY;
    private long epochSecond = 1_800_000_000L;
    private int requests;
    private Router router = router();

    private Router router() {
        InstantSource clock = () -> Instant.ofEpochSecond(epochSecond);
        return new RouterBuilder(pools)
                .catalog(() -> catalog)
                .journal(journal)
                .clock(clock)
                .sessions(new SessionTokens(() -> keys, clock))
                .build();
    }

    private void publish(Affinity.@Nullable AffinityMode mode, WeightedTarget... targets) {
        publish(mode, List.of(), targets);
    }

    private void publish(Affinity.@Nullable AffinityMode mode, List<PoolBinding> bindings, WeightedTarget... targets) {
        PublishedModel model = new PublishedModel(
                MODEL,
                targets.length == 0 ? List.of(new WeightedTarget(MODEL, null, 1)) : List.of(targets),
                null,
                0,
                bindings,
                mode == null ? null : new Affinity(COOKIE, HOUR, mode));
        Map<PoolId, List<PublishedModel>> models = new HashMap<>(Map.of(POOL, List.of(model)));
        bindings.forEach(binding -> models.put(binding.pool(), List.of(model)));
        catalog = new Catalog(models);
    }

    private record Shown(@Nullable String header, @Nullable String value) implements SessionClaim {
        @Override
        public @Nullable String cookie(String name) {
            return name.equals(COOKIE) ? value : null;
        }

        @Override
        public boolean isSecure() {
            return false;
        }
    }

    private Placement place(SessionClaim claim, PoolId... movable) {
        int number = requests++;
        InferenceRequest request = new InferenceRequest(
                "id-" + number,
                new RoutePools(POOL, List.of(movable)),
                work(prompt(number, 8)),
                EndpointSubset.ANY,
                number,
                RequestAttributes.NONE.withSession(claim));
        return ((Routing.Placed) RouterBuilder.route(router, request)).placement();
    }

    private Placement withCookie(String token) {
        return place(new Shown(null, token));
    }

    private Placement withHeader(String token) {
        return place(new Shown(token, null));
    }

    private static String token(Placement placement) {
        return Objects.requireNonNull(placement.grant()).token();
    }

    private static @Nullable Stickiness session(Placement placement) {
        return placement.decision().session();
    }

    /// Makes an endpoint cost so much more, by prefills that it has to do.
    private static void load(Endpoint endpoint, long millis) {
        endpoint.inFlight().place(1_000, millis * 1_000_000, 100);
    }

    private List<Endpoint> endpoints() {
        return pools.all().get(POOL).endpoints();
    }

    @Test
    void modelsThatAskForNoneKeepNoSessions() {
        publish(null);
        Placement placement = withCookie("anything");
        assertThat(session(placement)).isNull();
        assertThat(placement)
                .extracting(Placement::sessionAttempt, Placement::grant)
                .containsOnlyNulls();
    }

    @Test
    void aSessionComesBackToItsEndpoint() {
        publish(Affinity.AffinityMode.SOFT);
        Placement first = place(SessionClaim.NONE);
        assertThat(session(first)).isEqualTo(Stickiness.NEW);
        SessionAttempt.IssuedToken grant = Objects.requireNonNull(first.grant());
        assertThat(grant.cookie() && grant.header()).as("both forms").isTrue();
        // As much as the others cost less by is not worth leaving for.
        load(first.endpoint(), 30);
        for (int i = 0; i < 20; i++) {
            Placement next = i % 2 == 0 ? withCookie(grant.token()) : withHeader(grant.token());
            assertThat(session(next)).isEqualTo(Stickiness.KEPT);
            assertThat(next.endpoint()).isSameAs(first.endpoint());
            assertThat(next.grant()).as("the token is young").isNull();
            next.end(false, 1_000);
        }
        assertThat(journal.find("id-3").orElseThrow().session()).isEqualTo(Stickiness.KEPT);
        assertThat(journal.find("id-3").orElseThrow().chosen())
                .isEqualTo(first.endpoint().id());
    }

    @Test
    void aSoftSessionLeavesAnEndpointThatCostsTooMuchAndStaysWhereItWent() {
        publish(Affinity.AffinityMode.SOFT);
        Placement first = place(SessionClaim.NONE);
        String token = token(first);
        load(first.endpoint(), 500);
        Placement second = withCookie(token);
        assertThat(session(second)).isEqualTo(Stickiness.TOO_COSTLY);
        assertThat(second.endpoint()).isNotSameAs(first.endpoint());
        Placement third = withCookie(token(second));
        assertThat(session(third)).isEqualTo(Stickiness.KEPT);
        assertThat(third.endpoint()).isSameAs(second.endpoint());
    }

    @Test
    void aStrictSessionStaysWhateverItCosts() {
        publish(Affinity.AffinityMode.STRICT);
        Placement first = place(SessionClaim.NONE);
        load(first.endpoint(), 100_000);
        Placement second = withCookie(token(first));
        assertThat(session(second)).isEqualTo(Stickiness.KEPT);
        assertThat(second.endpoint()).isSameAs(first.endpoint());
        assertThat(second.endpoints()).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void anotherEndpointTakesOverWhenTheSessionsIsGone() {
        for (Affinity.AffinityMode mode : Affinity.AffinityMode.values()) {
            publish(mode);
            Pools.PoolSpec all = poolSpec(PolicyKind.COST, many(4, H100));
            pools.replaceAll(List.of(all));
            Placement first = place(SessionClaim.NONE);
            String token = token(first);
            pools.replaceAll(List.of(new Pools.PoolSpec(
                    POOL,
                    all.settings(),
                    all.endpoints().stream()
                            .filter(each -> !each.id().equals(first.endpoint().id()))
                            .toList())));
            Placement second = withCookie(token);
            assertThat(session(second)).isEqualTo(Stickiness.GONE);
            assertThat(second.endpoint().id()).isNotEqualTo(first.endpoint().id());
            Placement third = withCookie(token(second));
            assertThat(session(third)).isEqualTo(Stickiness.KEPT);
            assertThat(third.endpoint()).isSameAs(second.endpoint());
        }
    }

    @Test
    void anotherEndpointTakesOverWhenAGpuOfTheSessionsHasFailed() {
        publish(Affinity.AffinityMode.STRICT);
        Placement first = place(SessionClaim.NONE);
        String token = token(first);
        first.endpoint().report(new GpuSignals(Double.NaN, Double.NaN, 1, 79));
        Placement second = withCookie(token);
        assertThat(session(second)).isEqualTo(Stickiness.GONE);
        assertThat(second.endpoint()).isNotSameAs(first.endpoint());
    }

    /// The proxy fell back to another: that is the one that has the session's prefix now.
    @Test
    void theTokenNamesTheEndpointThatServed() {
        publish(Affinity.AffinityMode.STRICT);
        Placement first = place(SessionClaim.NONE);
        Endpoint fallback = first.endpoints().get(1);
        first.served(fallback, 1_000);
        assertThat(withCookie(token(first)).endpoint()).isSameAs(fallback);
        Placement second = withCookie(token(first));
        second.served(first.endpoints().getFirst(), 1_000);
        assertThat(withCookie(token(second)).endpoint())
                .isSameAs(first.endpoints().getFirst());
    }

    @Test
    void anotherRouterWithTheSameKeyKeepsTheSession() {
        publish(Affinity.AffinityMode.SOFT);
        List<Placement> before = new ArrayList<>();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            before.add(place(SessionClaim.NONE));
            tokens.add(token(before.getLast()));
        }
        before.forEach(each -> each.end(false, 1_000));
        router = router();
        for (int i = 0; i < 8; i++) {
            Placement after = withHeader(tokens.get(i));
            assertThat(session(after)).isEqualTo(Stickiness.KEPT);
            assertThat(after.endpoint()).isSameAs(before.get(i).endpoint());
            after.end(false, 1_000);
        }
    }

    @Test
    void aTokenIsRenewedInItsFormAfterHalfItsTime() {
        publish(Affinity.AffinityMode.SOFT);
        String token = token(place(SessionClaim.NONE));
        epochSecond += HOUR.toSeconds() / 2 + 1;
        SessionAttempt.IssuedToken cookie =
                Objects.requireNonNull(withCookie(token).grant());
        assertThat(cookie.cookie()).isTrue();
        assertThat(cookie.header()).isFalse();
        SessionAttempt.IssuedToken header =
                Objects.requireNonNull(withHeader(token).grant());
        assertThat(header.cookie()).isFalse();
        assertThat(header.header()).isTrue();
        epochSecond += HOUR.toSeconds() / 2;
        assertThat(session(withCookie(cookie.token()))).isEqualTo(Stickiness.KEPT);
        Placement late = withCookie(token);
        assertThat(session(late)).isEqualTo(Stickiness.NEW);
        assertThat(Objects.requireNonNull(late.sessionAttempt()).refused()).isEqualTo("expired");
    }

    @Test
    void whatIsNoGoodTokenBeginsANewSession() {
        publish(Affinity.AffinityMode.STRICT);
        String token = token(place(SessionClaim.NONE));
        for (String bad : new String[] {"", "x", token.substring(1), "A".repeat(60), token.toLowerCase(Locale.ROOT)}) {
            Placement placement = withCookie(bad);
            assertThat(session(placement)).isEqualTo(Stickiness.NEW);
            assertThat(Objects.requireNonNull(placement.sessionAttempt()).refused())
                    .isIn("malformed", "unverified");
            assertThat(placement.grant()).isNotNull();
        }
        // A good cookie counts although the header is none.
        assertThat(session(place(new Shown("nonsense", token)))).isEqualTo(Stickiness.KEPT);
    }

    @Test
    void aTokenOfAPoolThatTheModelDoesNotRunInIsForeign() {
        PoolId other = new PoolId("elsewhere", "llama");
        publish(Affinity.AffinityMode.STRICT);
        Placement first = place(SessionClaim.NONE);
        String foreign = new SessionTokens(() -> keys, () -> Instant.ofEpochSecond(epochSecond))
                .issue(MODEL, 1, other, first.endpoint().id(), HOUR);
        Placement placement = withCookie(foreign);
        assertThat(session(placement)).isEqualTo(Stickiness.NEW);
        assertThat(Objects.requireNonNull(placement.sessionAttempt()).refused()).isEqualTo("foreign");
    }

    private static WeightedTarget stable(int weight) {
        return new WeightedTarget(STABLE, null, weight);
    }

    private static WeightedTarget canary(int weight) {
        return new WeightedTarget(CANARY, null, weight);
    }

    private static ModelName served(Placement placement) {
        return Objects.requireNonNull(placement.target()).served();
    }

    @Test
    void requestsWithoutSessionGetExactShares() {
        publish(null, stable(95), canary(5));
        assertThat(List.of(canariesOf100(), canariesOf100(), canariesOf100())).containsOnly(5L);
    }

    @Test
    void sessionsBeginInExactShares() {
        publish(Affinity.AffinityMode.SOFT, stable(95), canary(5));
        assertThat(canariesOf100()).isEqualTo(5);
    }

    private long canariesOf100() {
        return IntStream.range(0, 100)
                .filter(_ -> served(place(SessionClaim.NONE)).equals(CANARY))
                .count();
    }

    @Test
    void aSessionKeepsItsTargetAndAGrowingCanaryTakesEachOnce() {
        publish(Affinity.AffinityMode.SOFT, stable(95), canary(5));
        List<String> tokens = new ArrayList<>();
        List<ModelName> targets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Placement first = place(SessionClaim.NONE);
            tokens.add(token(first));
            targets.add(served(first));
            first.end(false, 1_000);
        }
        for (int weight : new int[] {5, 5, 20, 50, 80, 100}) {
            publish(Affinity.AffinityMode.SOFT, stable(100 - weight), canary(weight));
            int canaries = 0;
            for (int i = 0; i < tokens.size(); i++) {
                Placement next = withCookie(tokens.get(i));
                if (weight == 5) {
                    assertThat(served(next)).as("session " + i).isEqualTo(targets.get(i));
                }
                assertThat(targets.get(i).equals(CANARY) && served(next).equals(STABLE))
                        .as("session %d goes back at %d %%", i, weight)
                        .isFalse();
                targets.set(i, served(next));
                canaries += served(next).equals(CANARY) ? 1 : 0;
                next.end(false, 1_000);
            }
            assertThat(canaries).isBetween(weight * 2 - 40, weight * 2 + 40);
        }
        assertThat(targets).containsOnly(CANARY);
    }

    @Test
    void aSessionKeepsItsPoolAmongSeveral() {
        PoolId second = new PoolId("ml", "second");
        Pools.PoolSpec own = poolSpec(PolicyKind.COST, many(2, H100));
        pools.replaceAll(List.of(own, new Pools.PoolSpec(second, own.settings(), own.endpoints())));
        publish(Affinity.AffinityMode.SOFT, List.of(new PoolBinding(POOL, 0, 1), new PoolBinding(second, 0, 1)));
        Map<PoolId, Integer> shares = new HashMap<>();
        for (int i = 0; i < 40; i++) {
            Placement first = place(SessionClaim.NONE, second);
            String token = token(first);
            shares.merge(first.endpoint().pool(), 1, Integer::sum);
            first.end(false, 1_000);
            for (int step = 0; step < 5; step++) {
                Placement next = place(new Shown(null, token), second);
                assertThat(next.endpoint()).isSameAs(first.endpoint());
                next.end(false, 1_000);
            }
        }
        assertThat(shares).containsOnlyKeys(POOL, second);
    }

    @Test
    void everyEndpointOfAPoolCanBeTheSessions() {
        publish(Affinity.AffinityMode.STRICT);
        SessionTokens tokens = new SessionTokens(() -> keys, () -> Instant.ofEpochSecond(epochSecond));
        for (Endpoint endpoint : endpoints()) {
            Placement placement = withCookie(tokens.issue(MODEL, 5, POOL, endpoint.id(), HOUR));
            assertThat(placement.endpoint()).isSameAs(endpoint);
        }
    }
}
