package dev.sluice.operator.envoy;

import org.jspecify.annotations.Nullable;

/// What is seen of a Gateway's Envoys.
///
/// @param connected how many are connected
/// @param refusal the last refusal that still stands; null when each has what is newest
public record EnvoyState(int connected, @Nullable Nack refusal) {}
