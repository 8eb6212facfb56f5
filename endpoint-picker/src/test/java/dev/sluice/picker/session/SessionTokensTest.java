package dev.sluice.picker.session;

import static dev.sluice.picker.Fixtures.MODEL;
import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.session.TokenReading.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionTokensTest {
    private static final long SEED = 7;
    private static final String OLD = "the-old-key-of-at-least-32-characters";
    private static final String NEW = "the-new-key-of-at-least-32-characters";
    private static final EndpointId ENDPOINT = new EndpointId("pod-1", "10.0.0.1", 8000);
    private static final Duration HOUR = Duration.ofHours(1);

    private SessionKeys keys = SessionKeys.parse(OLD);
    private long now = 1_800_000_000L;
    private final SessionTokens tokens = new SessionTokens(() -> keys, () -> Instant.ofEpochSecond(now));

    private String issue() {
        return tokens.issue(MODEL, 42, POOL, ENDPOINT, HOUR);
    }

    private Session good(String token) {
        return switch (tokens.read(MODEL, token)) {
            case TokenReading.Good(Session session) -> session;
            case TokenReading.Invalid refused -> throw new AssertionError(refused);
        };
    }

    private static TokenReading refused(RefusalReason reason) {
        return new TokenReading.Invalid(reason);
    }

    @Test
    void aTokenSaysWhichEndpointServedTheSession() {
        Session session = good(issue());
        assertThat(session.id()).isEqualTo(42);
        assertThat(session.isOf(POOL)).isTrue();
        assertThat(session.isAt(POOL, ENDPOINT)).isTrue();
    }

    @Test
    void anotherEndpointOrPoolIsNotTheOneThatServed() {
        Session session = good(issue());
        assertThat(session.isAt(POOL, new EndpointId("pod-1", "10.0.0.1", 8001)))
                .isFalse();
        assertThat(session.isAt(POOL, new EndpointId("pod-1", "10.0.0.2", 8000)))
                .isFalse();
        assertThat(session.isAt(POOL, new EndpointId("pod-2", "10.0.0.1", 8000)))
                .as("another pod that got the address")
                .isFalse();
        PoolId other = new PoolId("ml", "other");
        assertThat(session.isOf(other)).isFalse();
        assertThat(session.isAt(other, ENDPOINT)).isFalse();
    }

    @Test
    void aTokenIsGoodForOneModelOnly() {
        assertThat(tokens.read(new ModelName("other"), issue())).isEqualTo(refused(RefusalReason.UNVERIFIED));
    }

    @Test
    void aTokenOfAnotherKeyIsNone() {
        String token = issue();
        keys = SessionKeys.parse(NEW);
        assertThat(tokens.read(MODEL, token)).isEqualTo(refused(RefusalReason.UNVERIFIED));
        keys = SessionKeys.random(new SecureRandom());
        assertThat(tokens.read(MODEL, token)).isEqualTo(refused(RefusalReason.UNVERIFIED));
    }

    @Test
    void aNewKeyTakesOverWithoutEndingASession() {
        String token = issue();
        keys = SessionKeys.parse("# the new one signs\n" + NEW + "\n\n" + OLD + "\n");
        Session session = good(token);
        assertThat(session.isAt(POOL, ENDPOINT)).isTrue();
        assertThat(tokens.isDue(session)).as("so that the old key can go").isTrue();
        String renewed = tokens.issue(MODEL, session.id(), POOL, ENDPOINT, HOUR);
        keys = SessionKeys.parse(NEW);
        assertThat(good(renewed).id()).isEqualTo(42);
        assertThat(good(renewed).isAt(POOL, ENDPOINT)).isTrue();
        assertThat(tokens.isDue(good(renewed))).isFalse();
    }

    @Test
    void aTokenIsRenewedAfterHalfItsTimeAndExpiresAtItsEnd() {
        String token = issue();
        now += HOUR.toSeconds() / 2;
        assertThat(tokens.isDue(good(token))).isFalse();
        now += 1;
        assertThat(tokens.isDue(good(token))).isTrue();
        now += HOUR.toSeconds() / 2 - 1;
        good(token);
        now += 1;
        assertThat(tokens.read(MODEL, token)).isEqualTo(refused(RefusalReason.EXPIRED));
    }

    @Test
    void noChangedBitIsAccepted() {
        byte[] token = Base64.getUrlDecoder().decode(issue());
        for (int bit = 0; bit < token.length * 8; bit++) {
            byte[] changed = token.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(tokens.read(
                            MODEL, Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
                    .as("bit " + bit)
                    .isInstanceOf(TokenReading.Invalid.class);
        }
    }

    @Test
    void noOtherTextIsAccepted() {
        String token = issue();
        for (int length = 0; length < token.length(); length++) {
            assertThat(tokens.read(MODEL, token.substring(0, length))).isEqualTo(refused(RefusalReason.MALFORMED));
        }
        assertThat(tokens.read(MODEL, token + "A")).isEqualTo(refused(RefusalReason.MALFORMED));
        assertThat(tokens.read(MODEL, token + "=")).isEqualTo(refused(RefusalReason.MALFORMED));
        assertThat(tokens.read(MODEL, " ".repeat(token.length()))).isEqualTo(refused(RefusalReason.MALFORMED));
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            String invented = random.nextBoolean()
                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                    : Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            assertThat(tokens.read(MODEL, invented))
                    .as("seed %d, text %d", SEED, i)
                    .isInstanceOf(TokenReading.Invalid.class);
        }
    }

    /// What a client holds must not let it find out an address, and it can try them all.
    @Test
    void aTokenDependsOnTheKeyInAllThatItSaysOfTheEndpoint() {
        Set<String> names = new HashSet<>();
        for (String key : new String[] {OLD, NEW}) {
            keys = SessionKeys.parse(key);
            byte[] token = Base64.getUrlDecoder().decode(issue());
            names.add(new String(token, 17, 4, StandardCharsets.ISO_8859_1));
            names.add(new String(token, 21, 8, StandardCharsets.ISO_8859_1));
        }
        assertThat(names).hasSize(4);
        assertThat(issue()).hasSize(60).matches("[A-Za-z0-9_-]+").doesNotContain("10.0.0.1");
    }

    @Test
    void namesAreTheSameOnceTheyHaveBeenForgotten() {
        Session session = good(issue());
        for (int i = 0; i < 20_000; i++) {
            assertThat(session.isAt(POOL, new EndpointId("pod-x-" + i, "10.1.0.1", i)))
                    .isFalse();
        }
        assertThat(session.isAt(POOL, ENDPOINT)).isTrue();
    }

    /// A list of endpoints that counts how often one is read.
    private static final class CountedList extends AbstractList<EndpointId> {
        private final List<EndpointId> endpoints;
        int reads;

        CountedList(List<EndpointId> endpoints) {
            this.endpoints = endpoints;
        }

        @Override
        public EndpointId get(int index) {
            reads++;
            return endpoints.get(index);
        }

        @Override
        public int size() {
            return endpoints.size();
        }
    }

    @Test
    void anEndpointIsFoundWithoutALookAtTheOthers() {
        Session session = good(issue());
        List<EndpointId> others = IntStream.range(0, 1_000)
                .mapToObj(i -> new EndpointId("pod-x-" + i, "10.1.0.1", i))
                .toList();
        List<EndpointId> all = new ArrayList<>(others);
        all.add(700, ENDPOINT);
        CountedList counted = new CountedList(all);
        assertThat(session.positionIn(POOL, counted)).isEqualTo(700);
        counted.reads = 0;
        for (int i = 0; i < 100; i++) {
            assertThat(session.positionIn(POOL, counted)).isEqualTo(700);
        }
        assertThat(counted.reads).isZero();
        assertThat(session.positionIn(POOL, others)).as("it has left").isEqualTo(-1);
        assertThat(session.positionIn(new PoolId("ml", "other"), all))
                .as("its name is another in each pool")
                .isEqualTo(-1);
        assertThat(session.positionIn(POOL, all.reversed())).isEqualTo(300);
    }

    @Test
    void aFileWithoutAGoodKeyIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SessionKeys.parse("\n# none\n"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKeys.parse(NEW + "\nshort"))
                .withMessageContaining("key 2")
                .withMessageNotContaining("short\n")
                .withMessageContaining("openssl");
    }
}
