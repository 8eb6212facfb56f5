package dev.sluice.picker.session;

import dev.sluice.picker.model.EndpointId;
import dev.sluice.picker.model.PoolId;

/// What a token said that a client showed and that was found to be good.
///
/// @param id the same in all tokens of a session, and evenly spread over all numbers
/// @param key that signed it, in whose words it names pool and endpoint
/// @param current whether that is the one that signs now
/// @param issued in seconds since 1970
/// @param lifetime in seconds
public record Session(long id, SessionKey key, boolean current, long issued, long lifetime, int pool, long endpoint) {
    /// Whether it was served in that pool.
    public boolean isOf(PoolId candidate) {
        return key.name(candidate) == pool;
    }

    /// Whether that endpoint of the pool served it.
    public boolean isAt(PoolId candidate, EndpointId server) {
        return key.name(candidate, server) == endpoint;
    }

    boolean isExpired(long now) {
        return now - issued > lifetime;
    }

    /// Whether the client should get a new token: half of this one's time has passed, or its key is on its way out.
    public boolean isDue(long now) {
        return !current || now - issued > lifetime / 2;
    }
}
