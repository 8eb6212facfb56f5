package dev.sluice.operator.envoy;

/// Envoy's refusal of a configuration: the last good one stays in force.
///
/// @param gateway the Gateway that the Envoy serves, as `namespace/name`
/// @param node the Envoy that refused
/// @param type the type of the resources, as its URL
/// @param version the version that it still has
/// @param message what Envoy says is wrong
public record Nack(String gateway, String node, String type, String version, String message) {}
