package dev.sluice.operator.resolve;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicySpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;

/// What a route sends requests to.
public sealed interface Backend {

    /// An InferencePool with its policy, the pods that it selects, and the Service of its endpoint picker.
    record Pool(InferencePool pool, InferencePoolPolicySpec policy, List<Pod> pods, Resolution<PickerService> picker)
            implements Backend {

        public Pool {
            pods = List.copyOf(pods);
        }
    }

    /// The Service of an endpoint picker and the port that speaks ext_proc.
    record PickerService(Service service, int port) {}

    /// A port of a plain Service and the pods behind it.
    record PlainService(Service service, ServicePort port, List<Pod> pods) implements Backend {

        public PlainService {
            pods = List.copyOf(pods);
        }
    }
}
