package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.resolve.Readiness;
import dev.sluice.operator.resolve.backend.NativePool;
import dev.sluice.operator.resolve.backend.NativePool.Access.OwnService;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The Services by which gateways that support InferencePools themselves come to pickers: each leads to the port that
/// stands for its pool.
final class NativeServices {

    private static final String PORT_NAME = "grpc";
    private static final String TCP = "TCP";

    private final Resources resources;
    private final PickerSite site;
    private final InferencePool pool;
    private final OwnService service;
    private final int pickerPort;

    private NativeServices(
            Resources resources, PickerSite site, InferencePool pool, OwnService service, int pickerPort) {
        this.resources = resources;
        this.site = site;
        this.pool = pool;
        this.service = service;
        this.pickerPort = pickerPort;
    }

    /// @param sites among them the picker of each of the pools
    /// @param installation whose ports are kept
    static List<HasMetadata> of(
            List<NativePool> pools, List<PickerSite> sites, Resources resources, String installation) {
        NativePorts ports = new NativePorts(
                pools.stream()
                        .filter(each -> each.access() instanceof OwnService)
                        .map(NativePool::pool)
                        .toList(),
                resources.all(Service.class),
                installation);
        List<HasMetadata> objects = new ArrayList<>();
        for (NativePool each : pools) {
            if (each.access() instanceof OwnService service) {
                PickerSite site = sites.stream()
                        .filter(candidate -> candidate.pools().contains(each.pool()))
                        .findFirst()
                        .orElseThrow();
                int port = site.onlyPool().isPresent() ? PickerManifests.GRPC : ports.of(each.pool());
                objects.addAll(new NativeServices(resources, site, each.pool(), service, port).objects());
            }
        }
        return objects;
    }

    private List<HasMetadata> objects() {
        List<HasMetadata> objects = new ArrayList<>();
        objects.add(service());
        if (!isBesidePicker()) {
            objects.addAll(slices());
        }
        return objects;
    }

    private boolean isBesidePicker() {
        return site.namespace().equals(pool.getMetadata().getNamespace());
    }

    private Service service() {
        return new ServiceBuilder()
                .withMetadata(metadata(service.name()))
                .editMetadata()
                .addToAnnotations(annotations())
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                // It can select no pods of another namespace: then the slices say where they are.
                .withSelector(isBesidePicker() ? site.selector() : Map.of())
                .addNewPort()
                .withName(PORT_NAME)
                .withPort(service.port())
                .withProtocol(TCP)
                .withAppProtocol(PickerManifests.APP_PROTOCOL)
                .withNewTargetPort(pickerPort)
                .endPort()
                .endSpec()
                .build();
    }

    /// By which the picker knows to open the port; one of a single pool needs no second to know it.
    private Map<String, String> annotations() {
        return site.onlyPool().isPresent() ? Map.of() : Map.of(NativePorts.ANNOTATION, Integer.toString(pickerPort));
    }

    /// The ready pods of the picker, one slice for each family of addresses.
    private List<EndpointSlice> slices() {
        SortedMap<String, List<Pod>> families = resources.all(Pod.class).stream()
                .filter(this::isPicker)
                .filter(Readiness::isReady)
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .collect(Collectors.groupingBy(NativeServices::family, TreeMap::new, Collectors.toList()));
        return families.entrySet().stream()
                .map(family -> slice(family.getKey(), family.getValue()))
                .toList();
    }

    private boolean isPicker(Pod pod) {
        return site.namespace().equals(pod.getMetadata().getNamespace())
                && pod.getMetadata().getLabels() != null
                && pod.getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(site.selector().entrySet());
    }

    private static String family(Pod pod) {
        return pod.getStatus().getPodIP().contains(":") ? "IPv6" : "IPv4";
    }

    private EndpointSlice slice(String family, List<Pod> pods) {
        return new EndpointSliceBuilder()
                .withMetadata(metadata(service.name() + "-" + family.toLowerCase(Locale.ROOT)))
                .editMetadata()
                .addToLabels("kubernetes.io/service-name", service.name())
                .addToLabels("endpointslice.kubernetes.io/managed-by", "sluice.dev")
                .endMetadata()
                .withAddressType(family)
                .withPorts(new EndpointPortBuilder()
                        .withName(PORT_NAME)
                        .withPort(pickerPort)
                        .withProtocol(TCP)
                        .build())
                .withEndpoints(pods.stream()
                        .map(pod -> new EndpointBuilder()
                                .withAddresses(pod.getStatus().getPodIP())
                                .withNewConditions()
                                .withReady(true)
                                .endConditions()
                                .build())
                        .toList())
                .build();
    }

    private ObjectMeta metadata(String name) {
        SortedMap<String, String> labels = new TreeMap<>(Map.of(
                Names.NAME, Names.PICKER,
                Names.MANAGED_BY, Names.SLUICE,
                Names.POOL, pool.getMetadata().getName()));
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(pool.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(PickerManifests.owner(pool))
                .build();
    }
}
