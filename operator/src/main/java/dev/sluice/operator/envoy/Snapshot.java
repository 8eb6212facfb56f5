package dev.sluice.operator.envoy;

import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.cache.Resources.ResourceType;
import io.envoyproxy.controlplane.cache.VersionedResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A configuration with versions that are hashes of its content.
///
/// What an Envoy gets of a type has the version of just the resources that it asks for. So the version that it names
/// when it connects again says all that it has, and an operator that has restarted need send it nothing.
final class Snapshot extends io.envoyproxy.controlplane.cache.Snapshot {

    private final Map<ResourceType, Map<String, VersionedResource<? extends Message>>> resources;

    Snapshot(EnvoyConfig config) {
        this.resources = Map.of(
                ResourceType.CLUSTER, versioned(config.clusters()),
                ResourceType.ENDPOINT, versioned(config.endpoints()),
                ResourceType.LISTENER, versioned(config.listeners()),
                ResourceType.ROUTE, versioned(config.routes()),
                ResourceType.SECRET, versioned(config.secrets()));
    }

    private static Map<String, VersionedResource<? extends Message>> versioned(List<? extends Message> resources) {
        Map<String, VersionedResource<? extends Message>> byName = new LinkedHashMap<>();
        resources.forEach(resource -> byName.put(
                Resources.getResourceName(resource), VersionedResource.create(resource, Versions.of(resource))));
        return byName;
    }

    @Override
    public Map<String, VersionedResource<? extends Message>> versionedResources(ResourceType type) {
        return resources.getOrDefault(type, Map.of());
    }

    @Override
    public Map<String, ? extends Message> resources(ResourceType type) {
        return versionedResources(type).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().resource()));
    }

    /// @param names those asked for; none: all
    @Override
    public String version(ResourceType type, List<String> names) {
        return Versions.of(versionedResources(type).entrySet().stream()
                .filter(entry -> names.isEmpty() || names.contains(entry.getKey()))
                .map(entry -> entry.getValue().version()));
    }
}
