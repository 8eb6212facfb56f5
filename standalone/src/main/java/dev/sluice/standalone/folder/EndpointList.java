package dev.sluice.standalone.folder;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The stand-in for pods where there is no cluster: named addresses with labels that pools select on
/// (`inference.sluice.dev/v1alpha1`, kind `EndpointList`).
@Group("inference.sluice.dev")
@Version("v1alpha1")
final class EndpointList extends CustomResource<EndpointList.Spec, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;

    record Spec(@JsonProperty(required = true) List<Endpoint> endpoints) {
        Spec {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// @param address an IP address: names are not looked up, as a pod's address needs no lookup
    /// @param hostAddress of the node, where a DCGM exporter may listen; unset where there is none
    /// @param ready unset means ready
    record Endpoint(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String address,
            @Nullable String hostAddress,
            @Nullable Map<String, String> labels,
            @Nullable Boolean ready) {

        private static final String OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

        Endpoint {
            requireIpAddress("address", address);
            if (hostAddress != null) {
                requireIpAddress("hostAddress", hostAddress);
            }
            labels = labels == null ? Map.of() : Map.copyOf(labels);
        }

        private static void requireIpAddress(String field, String value) {
            if (!value.matches(OCTET + "(\\." + OCTET + "){3}") && !value.matches("[0-9a-fA-F:]*:[0-9a-fA-F:.]+")) {
                throw new IllegalArgumentException(field + " is no IP address: " + value);
            }
        }

        Pod pod(String namespace) {
            String status = Boolean.FALSE.equals(ready) ? "False" : "True";
            return new PodBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(name)
                    .withUid(namespace + "/" + name)
                    .withLabels(labels)
                    .endMetadata()
                    .withNewStatus()
                    .withPhase("Running")
                    .withPodIP(address)
                    .withHostIP(hostAddress)
                    .addNewPodIP(address)
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus(status)
                    .endCondition()
                    .endStatus()
                    .build();
        }
    }

    List<Pod> pods(String namespace) {
        return getSpec().endpoints().stream()
                .map(endpoint -> endpoint.pod(namespace))
                .toList();
    }
}
