package dev.sluice.picker.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A secret that signs tokens, and names pools and endpoints in them.
///
/// Such a name is a keyed hash, so that nobody without the key can tell what it stands for by trying addresses.
final class SessionKey {
    private static final String ALGORITHM = "HmacSHA256";

    // What is signed, so that no signature of one kind passes for another's.
    private static final byte TOKEN = 't';
    private static final byte POOL = 'p';
    private static final byte ENDPOINT = 'e';

    private final EndpointNames names = new EndpointNames(this::hash);

    /// Set up once with the key; each use copies it.
    private final Mac prototype;

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
        return names.name(pool, endpoint);
    }

    /// The position of the endpoint of that name among a pool's, or -1.
    int position(PoolId pool, List<EndpointId> endpoints, long name) {
        return names.position(pool, endpoints, name);
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
