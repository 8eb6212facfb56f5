package dev.sluice.operator.resolve.resources;

import dev.sluice.api.v1.EndpointPickerRef;
import dev.sluice.api.v1.InferencePool;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The installation tells what this Sluice answers for.
///
/// @param controllerName the `controllerName` of the GatewayClasses whose Gateways it runs
/// @param picker the endpoint picker of pools that name none; null when there is none
/// @param standalone whether one Envoy serves all Gateways, which then cannot share a port, and one picker all
///     pools, whatever they name
/// @param guest whether these Gateways and their Envoys are another gateway's, to which Sluice adds what leads to pools
public record Installation(String controllerName, @Nullable SharedPicker picker, boolean standalone, boolean guest) {

    /// The controller name of every installation that is not told another.
    public static final String CONTROLLER = "sluice.dev/gateway-controller";

    /// The controller name of Envoy Gateway, unless it is told another.
    public static final String ENVOY_GATEWAY = "gateway.envoyproxy.io/gatewayclass-controller";

    /// The picker of pools that name none.
    ///
    /// @param namespace of its Service; null: each pool's own namespace has one
    /// @param service the name of its Service; a `*` in it stands for the pool's name, where each pool has one
    /// @param port the port of the Service that speaks ext_proc
    public record SharedPicker(@Nullable String namespace, String service, int port) {

        /// The namespace where the picker of that pool is.
        public String namespaceFor(InferencePool pool) {
            return Objects.requireNonNullElse(namespace, pool.getMetadata().getNamespace());
        }

        /// The name of that picker's Service.
        public String serviceFor(InferencePool pool) {
            return service.replace("*", pool.getMetadata().getName());
        }

        /// The installation works for one pool only.
        public boolean isOfOnePool() {
            return service.contains("*");
        }

        private boolean isNamedBy(InferencePool pool, EndpointPickerRef ref) {
            return ref.namesService()
                    && ref.name().equals(serviceFor(pool))
                    && ref.port() != null
                    && ref.port().number() == port
                    && namespaceFor(pool).equals(pool.getMetadata().getNamespace());
        }
    }

    public Installation(String controllerName, @Nullable SharedPicker picker) {
        this(controllerName, picker, false, false);
    }

    /// Without a shared picker: each pool needs its own.
    public static Installation defaults() {
        return new Installation(CONTROLLER, null);
    }

    /// The installation of one process on one machine.
    public static Installation standaloneDefaults() {
        return new Installation(CONTROLLER, null, true, false);
    }

    /// The pool is served by the installation's own picker: it names that one, or none.
    public boolean picksFor(InferencePool pool) {
        EndpointPickerRef ref = pool.getSpec().endpointPickerRef();
        return standalone || (picker != null && (ref == null || picker.isNamedBy(pool, ref)));
    }

    public Installation withPicker(SharedPicker shared) {
        return new Installation(controllerName, shared, standalone, guest);
    }
}
