package dev.sluice.standalone.fleet;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1.Port;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.KvEvents;
import dev.sluice.api.v1alpha1.LoraAdapter;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.KvEventsConfig;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.standalone.folder.ResourceSet;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The servers that the pods of a folder would run: one simulated server for each port of each pool's pods,
/// with the models that the pool's InferenceModels publish, on the accelerator that the pod's label names.
public final class SimulatedServers {
    private static final String GPU_LABEL = "nvidia.com/gpu.product";

    private SimulatedServers() {}

    /// @param streamInterval tokens per streamed event, vLLM's `--stream-interval`
    public static List<ServerConfig> of(ResourceSet resources, int streamInterval) {
        List<ServerConfig> servers = new ArrayList<>();
        for (InferencePool pool : resources.all(InferencePool.class)) {
            List<InferenceModel> models = resources.all(InferenceModel.class).stream()
                    .filter(model -> binds(model, pool))
                    .toList();
            String base = base(pool, models);
            List<String> adapters = adapters(models);
            for (Pod pod : members(resources, pool)) {
                for (Port port : pool.getSpec().targetPorts()) {
                    InetSocketAddress address = new InetSocketAddress(
                            InetAddress.ofLiteral(pod.getStatus().getPodIP()), port.number());
                    EngineConfig engine = EngineConfig.of(profile(labels(pod).getOrDefault(GPU_LABEL, ""), base));
                    ServerConfig server = ServerConfig.of(pod.getMetadata().getName(), address, base, engine)
                            .withNamespace(pod.getMetadata().getNamespace())
                            .withAdapters(adapters)
                            .withStreamInterval(streamInterval);
                    int rank = pool.getSpec().targetPorts().indexOf(port);
                    servers.add(kvEvents(resources, pool)
                            .map(events -> server.withKvEvents(kvEvents(events, address, rank)))
                            .orElse(server));
                }
            }
        }
        return servers;
    }

    private static Optional<KvEvents> kvEvents(ResourceSet resources, InferencePool pool) {
        return resources.all(InferencePoolPolicy.class).stream()
                .filter(policy -> policy.getMetadata()
                        .getNamespace()
                        .equals(pool.getMetadata().getNamespace()))
                .filter(policy -> policy.getSpec().targetRefs().stream()
                        .anyMatch(ref -> ref.isPool(pool.getMetadata().getName())))
                .map(policy -> policy.getSpec().signals().kvEvents())
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static KvEventsConfig kvEvents(KvEvents events, InetSocketAddress server, int rank) {
        InetSocketAddress replay = events.replayPort() == 0
                ? null
                : new InetSocketAddress(server.getAddress(), events.replayPort() + rank);
        return new KvEventsConfig(new InetSocketAddress(server.getAddress(), events.port() + rank), replay);
    }

    /// The names that clients must ask servers for when they reach them without Sluice: the served name of
    /// each published name.
    public static Map<String, String> servedNames(ResourceSet resources) {
        Map<String, String> served = new HashMap<>();
        for (InferenceModel model : resources.all(InferenceModel.class)) {
            String published = model.getSpec().modelName();
            served.put(
                    published,
                    model.getSpec().targets().stream()
                            .map(ModelTarget::modelName)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(published));
        }
        return served;
    }

    private static boolean binds(InferenceModel model, InferencePool pool) {
        return pool.getMetadata().getNamespace().equals(model.getMetadata().getNamespace())
                && model.getSpec().poolRefs().stream()
                        .anyMatch(ref -> pool.getMetadata().getName().equals(ref.name()));
    }

    /// The model without an adapter; a pool that publishes none serves one under its own name.
    private static String base(InferencePool pool, List<InferenceModel> models) {
        return models.stream()
                .filter(model -> model.getSpec().targets().stream().noneMatch(target -> target.adapter() != null))
                .map(model -> model.getSpec().targets().isEmpty()
                        ? model.getSpec().modelName()
                        : model.getSpec().targets().getFirst().modelName())
                .findFirst()
                .orElse(pool.getMetadata().getName());
    }

    private static List<String> adapters(List<InferenceModel> models) {
        return models.stream()
                .flatMap(model -> model.getSpec().targets().stream())
                .map(ModelTarget::adapter)
                .filter(Objects::nonNull)
                .map(LoraAdapter::name)
                .distinct()
                .toList();
    }

    private static List<Pod> members(ResourceSet resources, InferencePool pool) {
        return resources.all(Pod.class).stream()
                .filter(pod -> pool.getMetadata()
                        .getNamespace()
                        .equals(pod.getMetadata().getNamespace()))
                .filter(pod -> pool.getSpec().selector().matches(labels(pod)))
                .toList();
    }

    /// The published measurement of that GPU and a model of that size; an H100 where nothing says which.
    private static Profile profile(String product, String model) {
        String size = model.toLowerCase(Locale.ROOT).contains("70b") ? "70b" : "8b";
        return Profile.ALL.stream()
                .filter(profile ->
                        profile.accelerator().product().replace(' ', '-').equals(product))
                .filter(profile -> profile.name().contains(size))
                .findFirst()
                .orElse(size.equals("70b") ? Profile.H100_70B_TP4 : Profile.H100_8B);
    }

    private static Map<String, String> labels(Pod pod) {
        return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
    }
}
