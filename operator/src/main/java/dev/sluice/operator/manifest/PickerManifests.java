package dev.sluice.operator.manifest;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.operator.manifest.ManifestSettings.Owner;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// An endpoint picker at one site.
final class PickerManifests {

    static final int GRPC = 9002;

    /// With TLS or without: what gateways look for at the port of a picker.
    static final String APP_PROTOCOL = "http2";

    private static final int HEALTH = 9003;
    private static final int HTTP = 9090;

    private static final long USER = 65532;

    private static final String SESSION_KEYS = "/var/run/sluice/session-keys";

    /// Longer than Envoy's health checks take to find out that a picker is ending.
    private static final long NOTICE_SECONDS = 5;

    /// Longer than that, and than the picker gives open streams, which is 30 s unless its arguments say otherwise.
    private static final long GRACE_SECONDS = 45;

    private final PickerSite site;
    private final ManifestSettings settings;
    private final Map<String, String> selector;

    private PickerManifests(PickerSite site, ManifestSettings settings) {
        this.site = site;
        this.settings = settings;
        this.selector = site.selector();
    }

    static List<HasMetadata> of(PickerSite site, ManifestSettings settings) {
        PickerManifests picker = new PickerManifests(site, settings);
        List<HasMetadata> objects = new ArrayList<>();
        if (settings.picker().scope() != PickerScope.INSTALLATION) {
            objects.addAll(picker.rights());
        }
        objects.add(picker.deployment());
        objects.add(picker.service());
        objects.addAll(Pods.budget(settings.picker().scale(), picker.metadata(), picker.selector));
        objects.addAll(Pods.autoscaler(settings.picker().scale(), picker.metadata()));
        return objects;
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withName(site.name())
                .withNamespace(site.namespace())
                .withLabels(labels())
                .withOwnerReferences(owners())
                .build();
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(selector);
        labels.put(Names.MANAGED_BY, Names.SLUICE);
        return labels;
    }

    /// A picker of one namespace goes with the last of its pools, one of all pools with the installation.
    private List<OwnerReference> owners() {
        if (settings.picker().scope() != PickerScope.INSTALLATION) {
            return site.pools().stream().map(PickerManifests::owner).toList();
        }
        return switch (settings.owner()) {
            case Owner.Nobody() -> List.of();
            case Owner.Of(String apiVersion, String kind, String name, String uid) ->
                List.of(new OwnerReference(apiVersion, null, null, kind, name, uid));
        };
    }

    static OwnerReference owner(InferencePool pool) {
        return new OwnerReferenceBuilder()
                .withApiVersion(pool.getApiVersion())
                .withKind(pool.getKind())
                .withName(pool.getMetadata().getName())
                .withUid(pool.getMetadata().getUid())
                .build();
    }

    /// Rights to what the picker reads, in its own namespace only.
    private List<HasMetadata> rights() {
        return List.of(
                new ServiceAccountBuilder().withMetadata(metadata()).build(),
                new RoleBindingBuilder()
                        .withMetadata(metadata())
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", Names.PICKER)
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(site.name())
                        .withNamespace(site.namespace())
                        .endSubject()
                        .build());
    }

    private Service service() {
        return new ServiceBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(selector)
                .withPorts(
                        servicePort("grpc", GRPC).withAppProtocol(APP_PROTOCOL).build(),
                        servicePort("health", HEALTH).build(),
                        servicePort("http", HTTP).build())
                .endSpec()
                .build();
    }

    private static ServicePortBuilder servicePort(String name, int port) {
        return new ServicePortBuilder(new ServicePort())
                .withName(name)
                .withPort(port)
                .withProtocol("TCP")
                .withNewTargetPort(port);
    }

    private Deployment deployment() {
        Scale scale = settings.picker().scale();
        PodTemplateSpec template = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels())
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(site.name())
                .withImagePullSecrets(settings.images().references())
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withSecurityContext(Pods.unprivileged(USER))
                .withTopologySpreadConstraints(Pods.spread(scale, selector))
                .withContainers(container())
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                // Without it a picker signs with a key of its own.
                .addNewVolume()
                .withName("session-keys")
                .withNewSecret()
                .withSecretName(Names.SESSION_KEYS)
                .withOptional(true)
                .endSecret()
                .endVolume()
                .endSpec()
                .build();
        return Pods.deployment(
                metadata(), scale, selector, settings.picker().pod().apply(template));
    }

    private Container container() {
        return new ContainerBuilder()
                .withName("picker")
                .withImage(settings.picker().image())
                .withImagePullPolicy(settings.images().pullPolicy())
                .withArgs(arguments())
                .withEnv(Pods.field("POD_NAMESPACE", "metadata.namespace"))
                .withPorts(port("grpc", GRPC), port("health", HEALTH), port("http", HTTP))
                .withNewReadinessProbe()
                .withNewGrpc(HEALTH, "readiness")
                .withPeriodSeconds(2)
                .endReadinessProbe()
                .withNewLivenessProbe()
                .withNewGrpc(HEALTH, "liveness")
                .withInitialDelaySeconds(30)
                .withPeriodSeconds(10)
                .endLivenessProbe()
                .withResources(settings.picker().resources())
                .withSecurityContext(Pods.confined())
                // Native libraries are unpacked there.
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("session-keys")
                .withMountPath(SESSION_KEYS)
                .withReadOnly(true)
                .endVolumeMount()
                .build();
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        switch (settings.picker().scope()) {
            case INSTALLATION -> {}
            case NAMESPACE -> arguments.add("--pool-namespace=" + site.namespace());
            case POOL -> {
                arguments.add("--pool-name="
                        + site.onlyPool().orElseThrow().getMetadata().getName());
                arguments.add("--pool-namespace=" + site.namespace());
            }
        }
        arguments.add("--bind-address=0.0.0.0");
        // Sluice's own Envoys fall back along the list.
        arguments.add("--max-destination-endpoints=3");
        arguments.add("--replicas=" + settings.picker().scale().least());
        // While they scale or roll, those that are ready are not as many as that.
        arguments.add("--replica-selector="
                + selector.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(",")));
        arguments.add("--session-key-file=" + SESSION_KEYS + "/" + Names.SESSION_KEYS_ENTRY);
        arguments.add("--shutdown-delay=" + NOTICE_SECONDS + "s");
        arguments.addAll(settings.picker().arguments());
        return arguments;
    }

    private static ContainerPort port(String name, int port) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(port)
                .withProtocol("TCP")
                .build();
    }
}
