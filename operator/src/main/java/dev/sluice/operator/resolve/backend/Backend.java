package dev.sluice.operator.resolve.backend;

import dev.sluice.api.v1.FailureMode;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import dev.sluice.operator.resolve.resources.Resolution;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;

/// The backend that a route sends requests to.
public sealed interface Backend {

    /// An InferencePool with its policy, the pods that it selects, and the Service of its endpoint picker.
    ///
    /// @param renamed the published models whose requests a picker has to rename
    record ResolvedPool(
            InferencePool pool,
            InferencePoolPolicySpec policy,
            List<Pod> pods,
            Resolution<PickerService> picker,
            List<String> renamed)
            implements Backend {

        public ResolvedPool {
            pods = List.copyOf(pods);
            renamed = List.copyOf(renamed);
        }

        /// Requests go on without a picker. Engines would answer requests for a renamed model with 404, which clients
        /// take for final: a pool that has one fails closed.
        public boolean failsOpen() {
            return policy.gateway().failureModeOf(pool.getSpec()) == FailureMode.FAIL_OPEN && renamed.isEmpty();
        }
    }

    /// The Service of an endpoint picker at the port that speaks ext_proc.
    ///
    /// @param shared whether it is the installation's own, which serves many pools and may move requests among them
    /// @param exists whether the Service does: the installation's own picker may be about to start, or have
    ///     gone with an installation whose Gateways go on, and is then one without replicas
    record PickerService(PlainService service, boolean shared, boolean exists) {}

    /// A port of a plain Service and what is behind it: the pods that it selects, or the slices that somebody keeps
    /// for one without a selector.
    record PlainService(Service service, ServicePort port, List<Pod> pods, List<EndpointSlice> slices)
            implements Backend {

        public PlainService {
            pods = List.copyOf(pods);
            slices = List.copyOf(slices);
        }
    }
}
