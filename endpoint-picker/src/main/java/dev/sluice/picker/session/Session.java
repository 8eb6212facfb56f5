package dev.sluice.picker.session;

import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import java.util.List;

/// The content of a session token that a client showed and whose signature holds.
///
/// @param id the same in all tokens of a session, and evenly spread over all numbers
/// @param pool its name by the signature's key
/// @param endpoint its name by the signature's key
public record Session(long id, Signature signature, Validity validity, int pool, long endpoint) {
    /// The key that signed a token.
    ///
    /// @param current whether the key signs now
    public record Signature(SessionKey key, boolean current) {}

    /// The time in which a token is valid.
    ///
    /// @param issued in seconds since 1970
    /// @param lifetime in seconds
    public record Validity(long issued, long lifetime) {
        boolean isOver(long now) {
            return now - issued > lifetime;
        }

        boolean isHalfOver(long now) {
            return now - issued > lifetime / 2;
        }
    }

    /// The session was served in that pool.
    public boolean isOf(PoolId candidate) {
        return signature.key().name(candidate) == pool;
    }

    /// That endpoint of the pool served the session.
    public boolean isAt(PoolId candidate, EndpointId server) {
        return signature.key().name(candidate, server) == endpoint;
    }

    /// The position of the endpoint that served the session, or -1 where it is not there any more.
    ///
    /// @param endpoints all of the pool; fastest where a pool's list is the same object from request to request
    public int positionIn(PoolId candidate, List<EndpointId> endpoints) {
        return signature.key().position(candidate, endpoints, endpoint);
    }

    boolean isExpired(long now) {
        return validity.isOver(now);
    }

    /// The client should get a new token: half of this one's time has passed, or its key signs no more.
    public boolean isDue(long now) {
        return !signature.current() || validity.isHalfOver(now);
    }
}
