package dev.sluice.operator.envoy;

import org.jspecify.annotations.Nullable;

/// The state of a Gateway's Envoys, as it is seen.
///
/// @param connected how many are connected
/// @param refusal the last refusal that still stands; null when each has what is newest
public record EnvoyState(int connected, @Nullable Nack refusal) {}
