package dev.sluice.operator.resolve;

import org.jspecify.annotations.Nullable;

/// What one installation of Sluice answers for.
///
/// @param controllerName the `controllerName` of the GatewayClasses whose Gateways it runs
/// @param picker the endpoint picker of pools that name none; null when there is none
/// @param standalone whether one Envoy serves all Gateways, which then cannot share a port, and one picker all
///     pools, whatever they name
public record Installation(String controllerName, @Nullable SharedPicker picker, boolean standalone) {

    /// The controller name of every installation that is not told another.
    public static final String CONTROLLER = "sluice.dev/gateway-controller";

    /// A picker that serves many pools.
    ///
    /// @param namespace of its Service; null: each pool's own namespace has one
    /// @param service the name of its Service
    /// @param port the port of the Service that speaks ext_proc
    public record SharedPicker(@Nullable String namespace, String service, int port) {}

    public Installation(String controllerName, @Nullable SharedPicker picker) {
        this(controllerName, picker, false);
    }

    /// Without a shared picker: each pool needs its own.
    public static Installation defaults() {
        return new Installation(CONTROLLER, null);
    }

    /// One process on one machine.
    public static Installation standaloneDefaults() {
        return new Installation(CONTROLLER, null, true);
    }

    public Installation withPicker(SharedPicker shared) {
        return new Installation(controllerName, shared, standalone);
    }
}
