package dev.sluice.picker.extproc.message;

import dev.sluice.picker.identity.PoolId;
import java.time.Duration;

/// The settings of exchanges with Envoy.
///
/// @param defaultPool the pool of streams that name none
/// @param maxBodyBytes longer request bodies are refused with 413
/// @param bodyTimeout a request body that takes longer to arrive is refused with 408
/// @param destinationEndpoints how many endpoints a destination names: more than one only for proxies that walk a list
/// @param testHooks whether clients may choose endpoints, as the Inference Gateway's conformance tests do
public record ExchangeSettings(
        PoolId defaultPool, long maxBodyBytes, Duration bodyTimeout, int destinationEndpoints, boolean testHooks) {
    /// Long enough for a large body to pass, short enough for its client to hear soon.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// Without the conformance tests' hooks.
    public ExchangeSettings(PoolId defaultPool, long maxBodyBytes, Duration bodyTimeout, int destinationEndpoints) {
        this(defaultPool, maxBodyBytes, bodyTimeout, destinationEndpoints, false);
    }

    public ExchangeSettings {
        if (destinationEndpoints < 1) {
            throw new IllegalArgumentException("destinationEndpoints must be at least 1: " + destinationEndpoints);
        }
        if (maxBodyBytes < 1) {
            throw new IllegalArgumentException("maxBodyBytes must be positive: " + maxBodyBytes);
        }
    }

    /// The longest time that a body is not read because there is no memory for it.
    public Duration longestPause() {
        Duration half = bodyTimeout.dividedBy(2);
        return half.compareTo(LONGEST_PAUSE) < 0 ? half : LONGEST_PAUSE;
    }

    /// With bodies of at most so many bytes.
    public ExchangeSettings withMaxBodyBytes(long bytes) {
        return new ExchangeSettings(
                defaultPool, Math.min(bytes, maxBodyBytes), bodyTimeout, destinationEndpoints, testHooks);
    }

    /// For a port that stands for one pool.
    public ExchangeSettings withDefaultPool(PoolId pool) {
        return new ExchangeSettings(pool, maxBodyBytes, bodyTimeout, destinationEndpoints, testHooks);
    }
}
