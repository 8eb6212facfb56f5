package dev.sluice.operator.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.YamlResources;
import dev.sluice.operator.manifest.ManifestSettings.Owner;
import dev.sluice.operator.plan.Settings;
import dev.sluice.operator.resolve.Patch;
import dev.sluice.operator.resolve.resources.Installation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What runs for Gateways and pools, as YAML.
class ManifestsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/manifest");

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: ml, uid: uid-of-edge}
            spec:
              gatewayClassName: sluice
              infrastructure: {labels: {team: search}, annotations: {example.com/balancer: internal}}
              listeners:
                - {name: http, protocol: HTTP, port: 80}
                - {name: other, protocol: HTTP, port: 80, hostname: a.com}
                - {name: https, protocol: HTTPS, port: 8443}
                - {name: datagrams, protocol: UDP, port: 53}
            """;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGatewayGetsItsEnvoys(int replicas) throws IOException {
        assertGolden("gateway-" + replicas + ".yaml", manifests(GATEWAY, PickerScope.INSTALLATION, replicas));
    }

    @ParameterizedTest
    @EnumSource
    void poolsGetTheirPicker(PickerScope scope) throws IOException {
        String pools = pool("llama", "null") + pool("phi", "null");
        assertGolden("picker-" + scope.name().toLowerCase(Locale.ROOT) + ".yaml", manifests(pools, scope, 1));
    }

    @Test
    void aPoolWithSomebodyElsesPickerGetsNone() {
        assertThat(manifests(pool("llama", "{name: theirs, port: {number: 9002}}"), PickerScope.INSTALLATION, 1))
                .isEmpty();
    }

    private static final String NATIVE = """
            ---
            apiVersion: inference.sluice.dev/v1alpha1
            kind: InferencePoolPolicy
            metadata: {name: native, namespace: ml}
            spec:
              targetRefs:
                - {group: inference.networking.k8s.io, kind: InferencePool, name: llama}
                - {group: inference.networking.k8s.io, kind: InferencePool, name: phi}
              gateway: {mode: Native}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: phi-picker
              namespace: ml
              creationTimestamp: "2026-11-01T00:00:00Z"
              labels: {app.kubernetes.io/managed-by: sluice, sluice.dev/installation: sluice-system, sluice.dev/pool: phi}
              annotations: {sluice.dev/picker-port: "9100"}
            spec: {ports: [{port: 9002}]}
            """;

    private static final String PICKER_PODS = picker("a", "10.1.0.7") + picker("b", "fd00::7");

    private static String picker(String name, String address) {
        return """
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: sluice-system
                  labels: {app.kubernetes.io/name: sluice-endpoint-picker}
                status: {podIP: "%s", conditions: [{type: Ready, status: "True"}]}
                """.formatted(name, address);
    }

    /// The pool that has a port keeps it; the other gets the next one.
    @ParameterizedTest
    @EnumSource
    void anotherGatewayComesToThePickerByAServiceOfThePool(PickerScope scope) throws IOException {
        String pools = pool("llama", "{name: llama-picker, port: {number: 9002}}")
                + pool("phi", "{name: phi-picker, port: {number: 9002}}");
        List<HasMetadata> services = manifests(pools + NATIVE + PICKER_PODS, scope, 1).stream()
                .filter(object -> object.getMetadata().getName().matches("(llama|phi)-picker.*"))
                .toList();
        assertGolden("native-" + scope.name().toLowerCase(Locale.ROOT) + ".yaml", services);
    }

    @Test
    void aPoolOfAnotherGatewayThatCannotComeToThePickerGetsNone() {
        String pools = pool("llama", "null") + pool("phi", "null");
        assertThat(manifests(pools + NATIVE, PickerScope.POOL, 1))
                .noneMatch(object -> object.getMetadata().getName().equals("phi-picker"));
    }

    @Test
    void namesStayShortEnough() {
        String name = Names.envoy("g".repeat(200));
        assertThat(name).hasSize(63).startsWith("sluice-ggg").isNotEqualTo(Names.envoy("g".repeat(201)));
        assertThat(Names.envoy("edge.example")).matches("sluice-edge-example-[0-9a-f]{8}");
    }

    @Test
    void aGatewayWithoutListenersHasNoService() {
        String bare = GATEWAY.substring(0, GATEWAY.indexOf("  listeners")) + "  listeners: []\n";
        assertThat(manifests(bare, PickerScope.INSTALLATION, 1))
                .extracting(HasMetadata::getKind)
                .containsExactly("ServiceAccount", "ConfigMap", "Deployment");
    }

    private static String pool(String name, String picker) {
        return """
                ---
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: %s, namespace: ml, uid: uid-of-%s}
                spec:
                  selector: {matchLabels: {app: pool}}
                  targetPorts: [{number: 8000}]
                  endpointPickerRef: %s
                """.formatted(name, name, picker);
    }

    @Test
    void aPatchChangesPodsAndServices() throws IOException {
        String pools = pool("llama", "{name: llama-picker, port: {number: 9002}}");
        List<HasMetadata> patched = manifests(GATEWAY + pools, PickerScope.INSTALLATION, 1, """
                metadata: {annotations: {example.com/team: ml}, labels: {app.kubernetes.io/name: other}}
                spec:
                  nodeSelector: {pool: gateways}
                  tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
                  securityContext: {runAsUser: null, runAsGroup: null}
                  containers:
                    - name: picker
                      env: [{name: JAVA_TOOL_OPTIONS, value: -Xlog:gc}]
                      volumeMounts: [{name: certificates, mountPath: /certificates, readOnly: true}]
                    - name: envoy
                      volumeMounts: [{name: certificates, mountPath: /certificates, readOnly: true}]
                  volumes: [{name: certificates, secret: {secretName: picker-tls}}]
                """);
        assertGolden(
                "patched.yaml",
                patched.stream()
                        .filter(object -> List.of("Deployment", "Service").contains(object.getKind()))
                        .toList());
    }

    @Test
    void aGatewaysParametersWinOverTheInstallation() {
        String named = GATEWAY.replace(
                "infrastructure: {",
                "infrastructure: {parametersRef: "
                        + "{group: inference.sluice.dev, kind: GatewayParameters, name: large}, ");
        String parameters = """
                ---
                apiVersion: inference.sluice.dev/v1alpha1
                kind: GatewayParameters
                metadata: {name: large, namespace: ml}
                spec:
                  replicas: 3
                  podTemplate: {spec: {priorityClassName: null, nodeSelector: {pool: large}}}
                  service: {spec: {loadBalancerClass: internal}}
                """;
        List<HasMetadata> made = manifests(
                named + parameters,
                PickerScope.INSTALLATION,
                1,
                "{\"spec\":{\"priorityClassName\":\"usual\",\"nodeSelector\":{\"pool\":\"usual\",\"zone\":\"a\"}}}");
        Deployment envoys = find(made, Deployment.class);
        assertThat(envoys.getSpec().getReplicas()).isEqualTo(3);
        PodSpec pod = envoys.getSpec().getTemplate().getSpec();
        assertThat(pod.getNodeSelector()).containsOnly(Map.entry("pool", "large"), Map.entry("zone", "a"));
        assertThat(pod.getPriorityClassName()).isNull();
        assertThat(pod.getTopologySpreadConstraints()).isNotEmpty();
        Service service = find(made, Service.class);
        assertThat(service.getSpec().getLoadBalancerClass()).isEqualTo("internal");
        assertThat(service.getSpec().getExternalTrafficPolicy()).isEqualTo("Local");
    }

    private static <T extends HasMetadata> T find(List<HasMetadata> made, Class<T> kind) {
        return made.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAutoscalerSetsTheReplicasOfItsDeployment() throws IOException {
        String pools = pool("llama", "null");
        List<HasMetadata> scaled =
                manifests(GATEWAY + pools, PickerScope.INSTALLATION, new Scale.Autoscaled(2, 6, 70), "{}");
        assertThat(scaled.stream().filter(object -> object.getKind().equals("Deployment")))
                .hasSize(2)
                .allSatisfy(deployment -> assertThat(
                                ((Deployment) deployment).getSpec().getReplicas())
                        .isNull());
        assertGolden(
                "autoscaled.yaml",
                scaled.stream()
                        .filter(object -> object.getKind().equals("HorizontalPodAutoscaler"))
                        .toList());
    }

    private static List<HasMetadata> manifests(String yaml, PickerScope scope, int replicas) {
        return manifests(yaml, scope, replicas, "{}");
    }

    private static List<HasMetadata> manifests(String yaml, PickerScope scope, int replicas, String pod) {
        return manifests(yaml, scope, new Scale.Fixed(replicas), pod);
    }

    private static List<HasMetadata> manifests(String yaml, PickerScope scope, Scale scale, String pod) {
        YamlResources resources = YamlResources.parse(yaml);
        Installation installation = new Installation(Installation.CONTROLLER, scope.picker("sluice-system"));
        return Manifests.of(
                resources.all(Gateway.class),
                resources,
                installation,
                new ManifestSettings(
                        "sluice-system",
                        new Owner.Of("apps/v1", "Deployment", "sluice-operator", "uid-of-operator"),
                        new ManifestSettings.Images("Always", List.of("regcred")),
                        new ManifestSettings.EnvoySettings(
                                new ManifestSettings.EnvoyOptions(
                                        "envoy:1",
                                        scale,
                                        60,
                                        requests("100m"),
                                        new ManifestSettings.ServiceOptions("LoadBalancer", service(pod)),
                                        Patch.parse(pod, PodTemplateSpec.class)),
                                "{\"the\":\"bootstrap\"}",
                                Settings.defaults().ports()),
                        new ManifestSettings.PickerSettings(
                                "picker:1",
                                scope,
                                scale instanceof Scale.Autoscaled ? scale : new Scale.Fixed(1),
                                requests("250m"),
                                List.of("--drain-timeout=20s"),
                                Patch.parse(pod, PodTemplateSpec.class))));
    }

    private static Patch<Service> service(String pod) {
        return pod.equals("{}")
                ? Patch.none(Service.class)
                : Patch.parse(
                        "{\"metadata\":{\"annotations\":{\"lb\":\"internal\"}},\"spec\":{\"externalTrafficPolicy\":\"Local\","
                                + "\"ports\":[{\"port\":80,\"nodePort\":30080}]}}",
                        Service.class);
    }

    private static ResourceRequirements requests(String cpu) {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity(cpu))
                .addToLimits("memory", new Quantity("1Gi"))
                .build();
    }

    private static void assertGolden(String file, List<HasMetadata> manifests) throws IOException {
        String yaml = manifests.stream().map(Serialization::asYaml).collect(Collectors.joining());
        Path golden = GOLDEN.resolve(file);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, yaml);
        }
        try (Stream<String> lines = Files.lines(golden)) {
            assertThat(yaml.lines()).containsExactlyElementsOf(lines.toList());
        }
    }
}
