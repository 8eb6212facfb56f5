package dev.sluice.picker.pool;

import dev.sluice.picker.model.EndpointId;

/// An endpoint as the resources describe it: who it is, what it runs on and which engine answers there.
///
/// @param hardware as far as the resources say
/// @param hardwareDeclared whether a person said what it runs on, so that no exporter knows better
/// @param node the address of the pod's node, empty when unknown
public record EndpointSpec(EndpointId id, Hardware hardware, Engine engine, boolean hardwareDeclared, String node) {

    public EndpointSpec(EndpointId id, Hardware hardware, Engine engine) {
        this(id, hardware, engine, false, "");
    }

    /// What it runs on, once its GPUs have said what they are.
    Hardware identified(String accelerator, int accelerators) {
        if (hardwareDeclared) {
            return hardware;
        }
        String known = hardware.accelerator();
        return new Hardware(known.isEmpty() ? accelerator : known, accelerators, hardware.model());
    }
}
