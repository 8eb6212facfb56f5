package dev.sluice.picker.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A secret that signs tokens, and names pools and endpoints in them.
///
/// Such a name is a keyed hash, so that nobody without the key can tell what it stands for by trying addresses. A
/// pool's endpoints are asked for their names with each request of a session, so they are kept; as endpoints come and
/// go, all are forgotten now and then.
final class SessionKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MOST_NAMES = 1 << 14;

    // What is signed, so that no signature of one kind passes for another's.
    private static final byte TOKEN = 't';
    private static final byte POOL = 'p';
    private static final byte ENDPOINT = 'e';

    private final Map<PoolId, Map<EndpointId, Name>> names = new ConcurrentHashMap<>();

    /// Set up once with the key; each use copies it.
    private final Mac prototype;

    private record Name(long value) {}

    SessionKey(String secret) {
        try {
            prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JVM lacks " + ALGORITHM, missing);
        }
    }

    /// @param bound what the token is good for and does not contain
    byte[] sign(String bound, byte[] token, int length) {
        Mac mac = mac(TOKEN);
        add(mac, bound);
        mac.update(token, 0, length);
        return mac.doFinal();
    }

    int name(PoolId pool) {
        Mac mac = mac(POOL);
        add(mac, pool.namespace());
        add(mac, pool.name());
        return ByteBuffer.wrap(mac.doFinal()).getInt();
    }

    /// An endpoint's name is another in each of its pools, and another once a pod of another name has its address.
    long name(PoolId pool, EndpointId endpoint) {
        Map<EndpointId, Name> known = names.get(pool);
        Name name = known == null ? null : known.get(endpoint);
        return name == null ? remember(pool, endpoint) : name.value();
    }

    private long remember(PoolId pool, EndpointId endpoint) {
        long name = hash(pool, endpoint);
        Map<EndpointId, Name> known = names.computeIfAbsent(pool, _ -> new ConcurrentHashMap<>());
        if (known.size() >= MOST_NAMES || names.size() >= MOST_NAMES) {
            names.clear();
        }
        known.put(endpoint, new Name(name));
        return name;
    }

    private long hash(PoolId pool, EndpointId endpoint) {
        Mac mac = mac(ENDPOINT);
        add(mac, pool.namespace());
        add(mac, pool.name());
        add(mac, endpoint.pod());
        add(mac, endpoint.address());
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }

    private Mac mac(byte purpose) {
        try {
            Mac mac = (Mac) prototype.clone();
            mac.update(purpose);
            return mac;
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("this JVM's " + ALGORITHM + " cannot be copied", impossible);
        }
    }

    /// A text with its length, so that the end of a text cannot begin the next.
    private static void add(Mac mac, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        mac.update((byte) (bytes.length >>> 8));
        mac.update((byte) bytes.length);
        mac.update(bytes);
    }
}
