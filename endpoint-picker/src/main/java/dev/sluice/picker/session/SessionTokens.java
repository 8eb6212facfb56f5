package dev.sluice.picker.session;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.identity.PoolId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Supplier;

/// Writes and reads the tokens by which clients come back to an endpoint.
///
/// ```
/// version (1) | issued (4) | lifetime (4) | session (8) | pool (4) | endpoint (8) | signature (16)
/// ```
/// in base64 without padding, 60 characters that may stand in a cookie and in a header. Times are in seconds. Pool and
/// endpoint are keyed hashes, so that a token tells no address. The signature is the first half of an HMAC-SHA-256 over
/// what stands before it and the model's name: a token is good for one model, and nobody can change what it says.
public final class SessionTokens {
    private static final byte VERSION = 1;
    private static final int SIGNED_BYTES = 29;
    private static final int SIGNATURE_BYTES = 16;
    private static final int LENGTH = (SIGNED_BYTES + SIGNATURE_BYTES) / 3 * 4;
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder BYTES = Base64.getUrlDecoder();

    private final Supplier<SessionKeys> keys;
    private final InstantSource clock;

    /// @param keys as they are now
    public SessionTokens(Supplier<SessionKeys> keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /// A token for a session that an endpoint serves now.
    ///
    /// @param session its id
    public String issue(ModelName model, long session, PoolId pool, EndpointId endpoint, Duration lifetime) {
        SessionKey key = keys.get().signing();
        byte[] token = ByteBuffer.allocate(SIGNED_BYTES + SIGNATURE_BYTES)
                .put(VERSION)
                .putInt((int) now())
                .putInt((int) Math.clamp(lifetime.toSeconds(), 1, UNSIGNED))
                .putLong(session)
                .putInt(key.name(pool))
                .putLong(key.name(pool, endpoint))
                .array();
        System.arraycopy(key.sign(model.value(), token, SIGNED_BYTES), 0, token, SIGNED_BYTES, SIGNATURE_BYTES);
        return TEXT.encodeToString(token);
    }

    /// Reads the token that a client shows, which may be anything.
    public TokenReading read(ModelName model, String token) {
        byte[] bytes = decode(token);
        if (bytes.length != SIGNED_BYTES + SIGNATURE_BYTES || bytes[0] != VERSION) {
            return new TokenReading.Invalid(TokenReading.RefusalReason.MALFORMED);
        }
        SessionKeys now = keys.get();
        for (SessionKey key : now.all()) {
            byte[] signature = key.sign(model.value(), bytes, SIGNED_BYTES);
            if (isSigned(bytes, signature)) {
                Session session = session(bytes, key, key == now.signing());
                return session.isExpired(now())
                        ? new TokenReading.Invalid(TokenReading.RefusalReason.EXPIRED)
                        : new TokenReading.Good(session);
            }
        }
        return new TokenReading.Invalid(TokenReading.RefusalReason.UNVERIFIED);
    }

    /// The client should get a new token for a session that has this one.
    public boolean isDue(Session session) {
        return session.isDue(now());
    }

    private static byte[] decode(String token) {
        if (token.length() != LENGTH) {
            return new byte[0];
        }
        try {
            return BYTES.decode(token);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    /// Compares signatures in a time that does not depend on how much of them is right.
    private static boolean isSigned(byte[] token, byte[] signature) {
        byte[] claimed = new byte[SIGNATURE_BYTES];
        byte[] computed = new byte[SIGNATURE_BYTES];
        System.arraycopy(token, SIGNED_BYTES, claimed, 0, SIGNATURE_BYTES);
        System.arraycopy(signature, 0, computed, 0, SIGNATURE_BYTES);
        return MessageDigest.isEqual(claimed, computed);
    }

    private static Session session(byte[] token, SessionKey key, boolean current) {
        ByteBuffer from = ByteBuffer.wrap(token, 1, SIGNED_BYTES - 1);
        long issued = from.getInt() & UNSIGNED;
        long lifetime = from.getInt() & UNSIGNED;
        long id = from.getLong();
        int pool = from.getInt();
        return new Session(
                id, new Session.Signature(key, current), new Session.Validity(issued, lifetime), pool, from.getLong());
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
