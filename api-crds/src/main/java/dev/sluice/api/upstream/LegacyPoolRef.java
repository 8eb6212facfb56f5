package dev.sluice.api.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/// The pool that a resource is about, in its own namespace.
@JsonIgnoreProperties(ignoreUnknown = true)
public record LegacyPoolRef(String name) {}
