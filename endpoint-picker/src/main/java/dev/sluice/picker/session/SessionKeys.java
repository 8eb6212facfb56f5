package dev.sluice.picker.session;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/// The secrets that sign sessions: the first signs, all verify. So a new one that is put before the others takes over
/// without ending a session, and an old one may go once the longest time to live has passed.
///
/// All pickers that serve a pool need the same, or a session ends whenever another of them gets its request.
public final class SessionKeys {
    /// Half of the hash's 256 bits, as base64 writes 24 bytes.
    static final int SHORTEST = 32;

    private static final int RANDOM_BYTES = 32;

    private final List<SessionKey> keys;

    private SessionKeys(List<SessionKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /// Reads a file of keys: one a line, of at least 32 characters; blank lines and those that begin with `#` do not
    /// count.
    public static SessionKeys parse(String text) {
        List<String> secrets = text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("there is no session key");
        }
        for (int i = 0; i < secrets.size(); i++) {
            if (secrets.get(i).length() < SHORTEST) {
                throw new IllegalArgumentException("session key %d is shorter than %d characters: `openssl rand "
                        .formatted(i + 1, SHORTEST)
                        .concat("-base64 32` makes one"));
            }
        }
        return new SessionKeys(secrets.stream().map(SessionKey::new).toList());
    }

    /// A key that no other process has.
    public static SessionKeys random(SecureRandom chance) {
        byte[] secret = new byte[RANDOM_BYTES];
        chance.nextBytes(secret);
        return parse(Base64.getEncoder().encodeToString(secret));
    }

    SessionKey signing() {
        return keys.getFirst();
    }

    List<SessionKey> all() {
        return keys;
    }
}
