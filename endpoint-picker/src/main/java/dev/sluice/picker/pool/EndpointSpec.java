package dev.sluice.picker.pool;

import dev.sluice.picker.identity.EndpointId;

/// An endpoint as the resources describe it: its identity, what it runs on and which engine answers there.
///
/// The pod and the address are its identity. All else are values, which may change while the endpoint lives.
///
/// @param hardware as far as the resources say
/// @param hardwareDeclared whether a person said what it runs on, so that no exporter knows better
/// @param node the address of the pod's node, empty when unknown
/// @param podUid tells the pod from another of its name, before or after it; empty when unknown
public record EndpointSpec(
        EndpointId id, Hardware hardware, Engine engine, boolean hardwareDeclared, String node, String podUid) {

    public EndpointSpec(EndpointId id, Hardware hardware, Engine engine) {
        this(id, hardware, engine, false, "", "");
    }

    /// The two describe the same endpoint. A pod without a UID is taken for the pod of its name.
    boolean isOfSameEndpoint(EndpointSpec other) {
        return id.equals(other.id) && (podUid.isEmpty() || other.podUid.isEmpty() || podUid.equals(other.podUid));
    }

    /// The spec with the UID that is known of the pod, where the spec has none.
    EndpointSpec inPod(String knownUid) {
        return podUid.isEmpty() ? new EndpointSpec(id, hardware, engine, hardwareDeclared, node, knownUid) : this;
    }

    /// The hardware once the GPUs have reported what they are.
    Hardware identified(String accelerator, int accelerators) {
        if (hardwareDeclared) {
            return hardware;
        }
        String known = hardware.accelerator();
        return new Hardware(known.isEmpty() ? accelerator : known, accelerators, hardware.model());
    }
}
