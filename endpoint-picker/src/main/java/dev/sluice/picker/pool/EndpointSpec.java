package dev.sluice.picker.pool;

import dev.sluice.picker.model.EndpointId;

/// An endpoint as the resources describe it: who it is, what it runs on and which engine answers there.
public record EndpointSpec(EndpointId id, Hardware hardware, Engine engine) {}
