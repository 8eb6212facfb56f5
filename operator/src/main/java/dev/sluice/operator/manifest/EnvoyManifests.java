package dev.sluice.operator.manifest;

import dev.sluice.operator.plan.DrainHook;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayInfrastructure;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The Envoys of one Gateway, all in its namespace and owned by it.
final class EnvoyManifests {

    private static final String BOOTSTRAP = "bootstrap.json";
    private static final String CONFIGURATION = "/etc/envoy";

    /// The port where Envoy says whether it serves, and what Prometheus reads.
    private static final int READY_PORT = 19001;

    /// Envoy's own user in its image.
    private static final long USER = 101;

    /// For Envoy to end once it has been told to.
    private static final long END_SECONDS = 15;

    private final Gateway gateway;
    private final String namespace;
    private final String name;
    private final ManifestSettings.Images images;
    private final ManifestSettings.EnvoySettings settings;
    private final Map<String, String> selector;
    private final SortedMap<Integer, String> ports;

    private EnvoyManifests(Gateway gateway, ManifestSettings.Images images, ManifestSettings.EnvoySettings settings) {
        this.gateway = gateway;
        this.namespace = gateway.getMetadata().getNamespace();
        this.name = Names.envoy(gateway.getMetadata().getName());
        this.images = images;
        this.settings = settings;
        this.selector = new TreeMap<>(Map.of(
                Names.NAME,
                "envoy",
                Names.GATEWAY,
                Names.label(gateway.getMetadata().getName())));
        this.ports = ports(gateway);
    }

    static List<HasMetadata> of(
            Gateway gateway, ManifestSettings.Images images, ManifestSettings.EnvoySettings settings) {
        EnvoyManifests envoy = new EnvoyManifests(gateway, images, settings);
        List<HasMetadata> objects = new ArrayList<>();
        objects.add(new ServiceAccountBuilder()
                .withMetadata(envoy.metadata())
                .withAutomountServiceAccountToken(false)
                .build());
        objects.add(envoy.configuration());
        objects.add(envoy.deployment());
        objects.addAll(envoy.services());
        objects.addAll(Pods.budget(settings.options().scale(), envoy.metadata(), envoy.selector));
        objects.addAll(Pods.autoscaler(settings.options().scale(), envoy.metadata()));
        return objects;
    }

    /// Gateway listeners that share a port share its Service port.
    private static SortedMap<Integer, String> ports(Gateway gateway) {
        SortedMap<Integer, String> ports = new TreeMap<>();
        for (Listener listener : gateway.getSpec().getListeners()) {
            if (List.of("HTTP", "HTTPS").contains(listener.getProtocol())) {
                ports.putIfAbsent(
                        listener.getPort(), listener.getProtocol().toLowerCase(Locale.ROOT) + "-" + listener.getPort());
            }
        }
        return ports;
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels())
                .withAnnotations(annotations())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(gateway.getApiVersion())
                        .withKind(gateway.getKind())
                        .withName(gateway.getMetadata().getName())
                        .withUid(gateway.getMetadata().getUid())
                        .withController(true)
                        .build())
                .build();
    }

    private Map<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        GatewayInfrastructure infrastructure = infrastructure();
        if (infrastructure != null && infrastructure.getLabels() != null) {
            labels.putAll(infrastructure.getLabels());
        }
        labels.putAll(selector);
        labels.put(Names.MANAGED_BY, Names.SLUICE);
        return labels;
    }

    private Map<String, String> annotations() {
        GatewayInfrastructure infrastructure = infrastructure();
        return infrastructure == null || infrastructure.getAnnotations() == null
                ? Map.of()
                : infrastructure.getAnnotations();
    }

    private @Nullable GatewayInfrastructure infrastructure() {
        return gateway.getSpec().getInfrastructure();
    }

    private ConfigMap configuration() {
        return new ConfigMapBuilder()
                .withMetadata(metadata())
                .withData(Map.of(BOOTSTRAP, settings.bootstrap()))
                .build();
    }

    /// None while the Gateway has no listener: a Service must have a port.
    private List<HasMetadata> services() {
        if (ports.isEmpty()) {
            return List.of();
        }
        List<ServicePort> servicePorts = new ArrayList<>();
        ports.forEach((port, portName) -> servicePorts.add(new ServicePortBuilder()
                .withName(portName)
                .withPort(port)
                .withProtocol("TCP")
                .withNewTargetPort(settings.ports().bound(port))
                .build()));
        ManifestSettings.ServiceOptions options = settings.options().service();
        return List.of(options.patch()
                .apply(new ServiceBuilder()
                        .withMetadata(metadata())
                        .withNewSpec()
                        .withType(options.type())
                        .withSelector(selector)
                        .withPorts(servicePorts)
                        .endSpec()
                        .build()));
    }

    private Deployment deployment() {
        SortedMap<String, String> podAnnotations = new TreeMap<>(annotations());
        // Envoy reads its bootstrap once: a new one needs new pods.
        podAnnotations.put("sluice.dev/bootstrap-hash", Names.hash(settings.bootstrap()));
        PodTemplateSpec template = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(labels())
                .withAnnotations(podAnnotations)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(name)
                .withImagePullSecrets(images.references())
                .withAutomountServiceAccountToken(false)
                .withTerminationGracePeriodSeconds(settings.options().drainSeconds() + END_SECONDS)
                .withSecurityContext(Pods.unprivileged(USER))
                .withTopologySpreadConstraints(Pods.spread(settings.options().scale(), selector))
                .withContainers(container())
                .addNewVolume()
                .withName("bootstrap")
                .withNewConfigMap()
                .withName(name)
                .endConfigMap()
                .endVolume()
                .endSpec()
                .build();
        return Pods.deployment(
                metadata(),
                settings.options().scale(),
                selector,
                settings.options().pod().apply(template));
    }

    /// Told to nobody but to those who may read the Gateway's pods.
    private String drainToken() {
        return Names.hash(gateway.getMetadata().getUid() + DrainHook.PATH);
    }

    private Container container() {
        return new ContainerBuilder()
                .withName("envoy")
                .withImage(settings.options().image())
                .withImagePullPolicy(images.pullPolicy())
                .withArgs(
                        "--config-path",
                        CONFIGURATION + "/" + BOOTSTRAP,
                        "--service-cluster",
                        namespace + "/" + gateway.getMetadata().getName(),
                        "--service-node",
                        "$(POD_NAME)",
                        // It would need shared memory that may be written, and a new pod does as well.
                        "--disable-hot-restart",
                        // A connection is closed with its next answer, not somewhen before the end.
                        "--drain-strategy",
                        "immediate",
                        "--drain-time-s",
                        Integer.toString(settings.options().drainSeconds()),
                        "--log-level",
                        "warning")
                .withEnv(
                        Pods.field("POD_NAME", "metadata.name"),
                        new EnvVar(DrainHook.TOKEN_VARIABLE, drainToken(), null))
                // Listeners' ports are left out: they say nothing to anybody, and each new one would cost new pods.
                .addNewPort()
                .withName("ready")
                .withContainerPort(READY_PORT)
                .withProtocol("TCP")
                .endPort()
                // There is no liveness probe: without a first configuration Envoy does not listen at all, and to start
                // it anew would bring none.
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/ready")
                .withNewPort(READY_PORT)
                .endHttpGet()
                .withPeriodSeconds(2)
                .withFailureThreshold(2)
                .endReadinessProbe()
                // Others stop sending to it meanwhile, what is on its way arrives, and no client is left on a
                // connection
                // that ends with the process.
                .withNewLifecycle()
                .withNewPreStop()
                .withNewHttpGet()
                .withPath(DrainHook.PATH)
                .withNewPort(READY_PORT)
                .withHttpHeaders(
                        new HTTPHeader(DrainHook.TOKEN_HEADER, drainToken()),
                        new HTTPHeader(
                                DrainHook.DELAY_HEADER,
                                Long.toString(1_000L * settings.options().drainSeconds())))
                .endHttpGet()
                .endPreStop()
                .endLifecycle()
                .withResources(settings.options().resources())
                .withSecurityContext(Pods.confined())
                .addNewVolumeMount()
                .withName("bootstrap")
                .withMountPath(CONFIGURATION)
                .withReadOnly(true)
                .endVolumeMount()
                .build();
    }
}
