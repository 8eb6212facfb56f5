package dev.sluice.operator.app;

import dev.sluice.operator.manifest.ManifestSettings;
import dev.sluice.operator.manifest.PickerScope;
import dev.sluice.operator.manifest.Scale;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.resolve.Patch;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.process.Termination;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The operator as a process in a cluster.
@Command(
        name = "operator",
        description = "Runs Envoys and endpoint pickers for the Gateways and InferencePools of a cluster.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false,
        subcommands = ProbeCommand.class)
public final class Main implements Callable<Integer> {

    private static final String LOG_CONFIGURATION = "logback.configurationFile";

    private static final String SERVER_EXTENSIONS_OFF = "jdk.tls.server.disableExtensions";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--controller-name",
            description = "The controllerName of the GatewayClasses to serve.",
            defaultValue = Installation.CONTROLLER)
    private String controllerName = "";

    @Option(
            names = "--namespace",
            description = "The namespace of the operator, its lease and the shared picker.",
            defaultValue = "${env:POD_NAMESPACE:-sluice-system}")
    private String namespace = "";

    @Option(
            names = "--identity",
            description = "The name of this replica in the lease; a random name when empty.",
            defaultValue = "${env:POD_NAME:-}")
    private @Nullable String identity;

    @Option(
            names = "--bind-address",
            description = "The address of --xds-port and --http-port.",
            defaultValue = "0.0.0.0")
    private String bindAddress = "";

    @Option(
            names = "--xds-port",
            description = "The port from which Envoys get their configuration.",
            defaultValue = "18000")
    private int xdsPort;

    @Option(names = "--http-port", description = "The HTTP port: /metrics, /healthz, /readyz.", defaultValue = "8080")
    private int httpPort;

    @Option(
            names = "--xds-address",
            description = "The HOST:PORT at which Envoys find --xds-port; the default is the Service sluice-operator.")
    private @Nullable String xdsAddress;

    @Mixin
    private ExtensionOptions extension = new ExtensionOptions();

    @Option(
            names = "--image-pull-policy",
            description = "The imagePullPolicy of Envoys and pickers: Always, IfNotPresent or Never.",
            defaultValue = "IfNotPresent")
    private String imagePullPolicy = "";

    @Option(
            names = "--image-pull-secrets",
            split = ",",
            paramLabel = "NAME",
            description = "The Secrets to pull the images of Envoys and pickers with, each in its pod's namespace.")
    private List<String> imagePullSecrets = List.of();

    @Option(names = "--envoy-image", description = "The image of Envoy.", defaultValue = "envoyproxy/envoy:v1.40.0")
    private String envoyImage = "";

    @Option(names = "--envoy-replicas", description = "The number of Envoys of each Gateway.", defaultValue = "1")
    private int envoyReplicas;

    @Option(
            names = "--envoy-max-replicas",
            description =
                    "The most Envoys of each Gateway: a HorizontalPodAutoscaler goes from --envoy-replicas up to it. 0: there is none.",
            defaultValue = "0")
    private int envoyMaxReplicas;

    @Option(
            names = "--envoy-cpu-utilization",
            description = "The share of its CPU request, in percent, that the autoscaler has an Envoy use.",
            defaultValue = "70")
    private int envoyCpuPercent;

    @Option(
            names = "--envoy-resources",
            converter = ResourcesText.class,
            description = "The resource requests and limits of each Envoy, as JSON.",
            defaultValue = "{\"requests\":{\"cpu\":\"100m\",\"memory\":\"256Mi\"}}")
    private ResourceRequirements envoyResources = new ResourceRequirements();

    @Option(
            names = "--envoy-drain-seconds",
            description =
                    "The seconds for which an Envoy whose pod is being deleted goes on with the answers on their way.",
            defaultValue = "60")
    private int envoyDrainSeconds;

    @Option(
            names = "--gateway-service-type",
            description = "The type of each Gateway's Service: LoadBalancer, NodePort or ClusterIP.",
            defaultValue = "LoadBalancer")
    private String gatewayServiceType = "";

    @Option(
            names = "--gateway-service",
            converter = ServicePatch.class,
            paramLabel = "PATCH",
            description =
                    "Changes each Gateway's Service: a strategic merge patch as JSON, such as {\"metadata\":{\"annotations\":{}}}.",
            defaultValue = "{}")
    private Patch<Service> gatewayService = Patch.none(Service.class);

    @Option(
            names = "--envoy-pod-template",
            converter = PodPatch.class,
            paramLabel = "PATCH",
            description =
                    "Changes each Envoy's pods: a strategic merge patch of a pod template as JSON, such as {\"spec\":{\"nodeSelector\":{}}}. The container is called envoy.",
            defaultValue = "{}")
    private Patch<PodTemplateSpec> envoyPod = Patch.none(PodTemplateSpec.class);

    @Option(
            names = "--picker-image",
            description = "The image of the endpoint picker.",
            defaultValue = "sluice/endpoint-picker")
    private String pickerImage = "";

    @Option(
            names = "--picker-scope",
            description =
                    "Which pools share a picker: those of the Installation, those of a Namespace, or none (Pool).",
            defaultValue = "Installation")
    private PickerScope pickerScope = PickerScope.INSTALLATION;

    @Option(names = "--picker-replicas", description = "The number of replicas of each picker.", defaultValue = "1")
    private int pickerReplicas;

    @Option(
            names = "--picker-max-replicas",
            description =
                    "The most replicas of each picker: a HorizontalPodAutoscaler goes from --picker-replicas up to it. 0: there is none.",
            defaultValue = "0")
    private int pickerMaxReplicas;

    @Option(
            names = "--picker-cpu-utilization",
            description = "The share of its CPU request, in percent, that the autoscaler has a picker use.",
            defaultValue = "70")
    private int pickerCpuPercent;

    @Option(
            names = "--picker-resources",
            converter = ResourcesText.class,
            description = "The resource requests and limits of each picker, as JSON.",
            defaultValue = "{\"requests\":{\"cpu\":\"250m\",\"memory\":\"768Mi\"},\"limits\":{\"memory\":\"1Gi\"}}")
    private ResourceRequirements pickerResources = new ResourceRequirements();

    @Option(
            names = "--picker-pod-template",
            converter = PodPatch.class,
            paramLabel = "PATCH",
            description =
                    "Changes each picker's pods, as --envoy-pod-template does Envoys'. The container is called picker.",
            defaultValue = "{}")
    private Patch<PodTemplateSpec> pickerPod = Patch.none(PodTemplateSpec.class);

    @Option(names = "--picker-args", description = "A further argument of pickers; may be repeated.")
    private List<String> pickerArgs = List.of();

    @Option(
            names = "--leader-election",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Whether replicas elect a leader by a lease; if false, this replica always writes and must be the only one.",
            defaultValue = "true")
    private boolean leaderElection;

    /// A container's `resources` as JSON.
    private static final class ResourcesText implements CommandLine.ITypeConverter<ResourceRequirements> {
        @Override
        public ResourceRequirements convert(String text) {
            ResourceRequirements resources;
            try {
                resources = Serialization.unmarshal(text, ResourceRequirements.class);
            } catch (KubernetesClientException | IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(
                        "resources must be JSON such as {\"requests\":{\"cpu\":\"100m\"}}, not: " + text);
            }
            // The API server would drop a misspelled field in silence.
            if (resources == null || !resources.getAdditionalProperties().isEmpty()) {
                throw new CommandLine.TypeConversionException(
                        "resources must be JSON such as {\"requests\":{\"cpu\":\"100m\"}}, not: " + text);
            }
            return resources;
        }
    }

    private static final class PodPatch implements CommandLine.ITypeConverter<Patch<PodTemplateSpec>> {
        @Override
        public Patch<PodTemplateSpec> convert(String text) {
            return patch(text, PodTemplateSpec.class);
        }
    }

    private static final class ServicePatch implements CommandLine.ITypeConverter<Patch<Service>> {
        @Override
        public Patch<Service> convert(String text) {
            return patch(text, Service.class);
        }
    }

    private static <T> Patch<T> patch(String text, Class<T> type) {
        try {
            return Patch.parse(text, type);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.TypeConversionException(Objects.requireNonNull(wrong.getMessage()));
        }
    }

    public static void main(String[] args) {
        // Only here: a program that embeds the operator has a log configuration of its own.
        System.setProperty(LOG_CONFIGURATION, System.getProperty(LOG_CONFIGURATION, "operator-logback.xml"));
        // gRPC logs by the JDK's loggers: a stack trace at INFO for each connection that speaks something else.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        // Envoy Gateway's client sends a server name with a port, which the JDK would refuse; the one server
        // here has one certificate, whatever it is called.
        System.setProperty(SERVER_EXTENSIONS_OFF, System.getProperty(SERVER_EXTENSIONS_OFF, "server_name"));
        System.exit(command(new Main()).execute(args));
    }

    static CommandLine command(Main main) {
        return new CommandLine(main).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /// The configuration that the command line gives.
    static ControlPlaneConfig parse(String... args) {
        Main main = new Main();
        command(main).parseArgs(args);
        return main.config();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Termination termination = new Termination();
                KubernetesClient client = client();
                ControlPlane _ = ControlPlane.start(client, config())) {
            termination.await();
        }
        return 0;
    }

    /// Gives up a call soon: whoever makes it tries again, and a lease does not wait.
    private static KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withUserAgent("sluice-operator")
                        .withConnectionTimeout(2_000)
                        .withRequestTimeout(5_000)
                        .withRequestRetryBackoffLimit(1)
                        .withWatchReconnectInterval(250)
                        .build())
                .build();
    }

    private ControlPlaneConfig config() {
        return new ControlPlaneConfig(
                extension.isOn() && controllerName.equals(Installation.CONTROLLER)
                        ? Installation.ENVOY_GATEWAY
                        : controllerName,
                new ControlPlaneConfig.Replica(
                        namespace,
                        identity == null || identity.isEmpty()
                                ? UUID.randomUUID().toString()
                                : identity,
                        leaderElection),
                new ControlPlaneConfig.ServingAddresses(
                        new InetSocketAddress(bindAddress, xdsPort),
                        new InetSocketAddress(bindAddress, httpPort),
                        xdsAddress(),
                        extension.options(bindAddress, xdsAddress())),
                new ManifestSettings.Images(imagePullPolicy, imagePullSecrets),
                new ManifestSettings.EnvoyOptions(
                        envoyImage,
                        scale("--envoy", envoyReplicas, envoyMaxReplicas, envoyCpuPercent),
                        envoyDrainSeconds,
                        envoyResources,
                        new ManifestSettings.ServiceOptions(gatewayServiceType, gatewayService),
                        envoyPod),
                new ManifestSettings.PickerSettings(
                        pickerImage,
                        pickerScope,
                        scale("--picker", pickerReplicas, pickerMaxReplicas, pickerCpuPercent),
                        pickerResources,
                        pickerArgs,
                        pickerPod));
    }

    private Scale scale(String prefix, int replicas, int most, int cpuPercent) {
        if (most == 0) {
            return new Scale.Fixed(replicas);
        }
        try {
            return new Scale.Autoscaled(replicas, most, cpuPercent);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), prefix + "-max-replicas: " + wrong.getMessage());
        }
    }

    private Plan.Address xdsAddress() {
        if (xdsAddress == null) {
            return new Plan.Address("sluice-operator." + namespace + ".svc", xdsPort);
        }
        int colon = xdsAddress.lastIndexOf(':');
        return new Plan.Address(xdsAddress.substring(0, colon), Integer.parseInt(xdsAddress.substring(colon + 1)));
    }
}
