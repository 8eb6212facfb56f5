package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.standalone.envoy.Checkout;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorChartIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.withDefinitions();

    /// No pod runs: what is tested here is what the API server makes of the objects.
    private static final String[] IDLE = {"--set", "operator.replicas=0"};

    @AfterEach
    void clean() throws IOException, InterruptedException {
        var _ = CHARTS.helm().run(List.of("uninstall", "sluice", "--wait"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operator.replicas=1",
                "operator.replicas=2",
                "picker.scope=Namespace",
                "picker.scope=Pool",
                "gateway.createClass=false",
                "networkPolicy.egress.restricted=true",
                "operator.podDisruptionBudget.enabled=false"
            })
    void everyObjectApplies(String value) throws Exception {
        new StrictApply(CHARTS.client()).accept(CHARTS.helm().render(Helm.operator(), "--set", value));
    }

    @Test
    void everyObjectAppliesWithEveryValueSet() throws Exception {
        String rendered = CHARTS.helm()
                .render(Helm.operator(), "--values", ChartValues.every().toString());
        new StrictApply(CHARTS.client()).accept(rendered);

        Deployment operator = one(rendered, Deployment.class);
        assertThat(operator.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(operator.getSpec().getSelector().getMatchLabels())
                .containsEntry("team", "ml");
        assertThat(operator.getSpec().getTemplate().getSpec().getContainers())
                .singleElement()
                .satisfies(container -> {
                    assertThat(container.getImage()).isEqualTo("registry.example/team/op@sha256:%064d".formatted(1));
                    assertThat(container.getArgs())
                            .contains(
                                    "--controller-name=example.com/sluice",
                                    "--envoy-image=mirror.example/envoy:v1.40.0",
                                    "--envoy-replicas=2",
                                    "--image-pull-policy=Always",
                                    "--image-pull-secrets=regcred,other",
                                    "--envoy-resources={\"limits\":{\"memory\":\"2Gi\"},\"requests\":{\"cpu\":1,\"memory\":\"1Gi\"}}",
                                    "--picker-resources={\"limits\":{\"memory\":\"3Gi\"},\"requests\":{\"cpu\":\"500m\",\"memory\":\"3Gi\"}}",
                                    "--gateway-service-type=ClusterIP",
                                    "--envoy-drain-seconds=300",
                                    "--picker-image=registry.example/team/pick:v3",
                                    "--picker-scope=Namespace",
                                    "--picker-replicas=2",
                                    "--picker-args=--max-request-body-bytes=1048576",
                                    "--picker-args=--drain-timeout=5s",
                                    "--envoy-pod-template={\"spec\":{\"tolerations\":[{\"key\":\"edge\",\"operator\":\"Exists\"}]}}",
                                    "--gateway-service={\"metadata\":{\"annotations\":{\"example.com/load-balancer\":\"internal\"}},"
                                            + "\"spec\":{\"externalTrafficPolicy\":\"Local\"}}",
                                    "--picker-pod-template={\"metadata\":{\"annotations\":{\"team\":\"ml\"}},"
                                            + "\"spec\":{\"priorityClassName\":\"inference\"}}",
                                    "--leader-election=false");
                    assertThat(container.getEnv()).anySatisfy(variable -> {
                        assertThat(variable.getName()).isEqualTo("SLUICE_LOG_LEVEL");
                        assertThat(variable.getValue()).isEqualTo("DEBUG");
                    });
                    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue();
                });
    }

    @Test
    void everyObjectHasTheCommonLabelsAndAnnotations() throws Exception {
        String rendered = CHARTS.helm()
                .render(Helm.operator(), "--values", ChartValues.every().toString());
        assertThat(objects(rendered)).hasSizeGreaterThan(10).allSatisfy(object -> {
            assertThat(object.getMetadata().getLabels())
                    .containsEntry("cost-center", "ml")
                    .containsEntry("app.kubernetes.io/part-of", "sluice");
            assertThat(object.getMetadata().getAnnotations()).containsEntry("example.com/owner", "ml");
        });
    }

    @Test
    void anUnsetUserIsLeftToTheCluster() throws Exception {
        String nothing = "null,operator.podSecurityContext.";
        String rendered = CHARTS.helm()
                .render(
                        Helm.operator(),
                        "--set",
                        "operator.podSecurityContext.runAsUser=" + nothing + "runAsGroup=" + nothing + "fsGroup=null");
        PodSecurityContext context = one(rendered, Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getSecurityContext();
        assertThat(context.getRunAsUser()).isNull();
        assertThat(context.getRunAsGroup()).isNull();
        assertThat(context.getFsGroup()).isNull();
        assertThat(context.getRunAsNonRoot()).isTrue();
    }

    @Test
    void runsTwoOfEachUnlessTheClusterHasOneNode() throws Exception {
        assertThat(operatorArguments(CHARTS.helm().offline(Helm.operator())))
                .contains("--envoy-replicas=2", "--picker-replicas=2");
        // helm asks the cluster for its nodes only when it installs.
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        assertThat(operatorArguments(
                        CHARTS.helm().run(List.of("get", "manifest", "sluice")).output()))
                .contains("--envoy-replicas=1", "--picker-replicas=1");
        assertThat(operatorArguments(CHARTS.helm()
                        .offline(Helm.operator(), "--set", "picker.autoscaling.enabled=true,gateway.replicas=0")))
                .contains(
                        "--envoy-replicas=0",
                        "--picker-replicas=2",
                        "--picker-max-replicas=6",
                        "--picker-cpu-utilization=70");
    }

    private static List<String> operatorArguments(String yaml) {
        return one(yaml, Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getArgs();
    }

    @Test
    void aPickersAccountOfTheUsersIsBoundAndNotMade() throws Exception {
        String rendered = CHARTS.helm()
                .render(
                        Helm.operator(),
                        "--set",
                        "picker.serviceAccount.create=false,picker.serviceAccount.name=theirs");
        assertThat(objects(rendered).stream()
                        .filter(ServiceAccount.class::isInstance)
                        .map(account -> account.getMetadata().getName()))
                .containsExactly("sluice-operator");
        assertThat(one(rendered, ClusterRoleBinding.class, "sluice-endpoint-picker")
                        .getSubjects())
                .singleElement()
                .satisfies(subject -> assertThat(subject.getName()).isEqualTo("theirs"));
        assertThat(operatorArguments(rendered))
                .contains("--picker-pod-template={\"spec\":{\"serviceAccountName\":\"theirs\"}}");
    }

    @Test
    void anAccountOfTheUsersIsBoundAndNotMade() throws Exception {
        String rendered = CHARTS.helm()
                .render(
                        Helm.operator(),
                        "--set",
                        "operator.serviceAccount.create=false,operator.serviceAccount.name=theirs");
        assertThat(objects(rendered).stream()
                        .filter(ServiceAccount.class::isInstance)
                        .map(account -> account.getMetadata().getName()))
                .containsExactly("sluice-endpoint-picker");
        assertThat(one(rendered, ClusterRoleBinding.class, "sluice-operator").getSubjects())
                .singleElement()
                .satisfies(subject -> assertThat(subject.getName()).isEqualTo("theirs"));
    }

    @Test
    void twoReplicasAreKeptApartAndNotEvictedTogether() throws Exception {
        String one = CHARTS.helm().render(Helm.operator());
        assertThat(objects(one)).noneMatch(PodDisruptionBudget.class::isInstance);

        String two = CHARTS.helm().render(Helm.operator(), "--set", "operator.replicas=2");
        assertThat(one(two, PodDisruptionBudget.class)
                        .getSpec()
                        .getMaxUnavailable()
                        .getValue())
                .isEqualTo(1);
        assertThat(one(two, Deployment.class).getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .hasSize(2);
    }

    @Test
    void theOperatorAndTheQuickstartRunUnderTheRestrictedPodSecurityStandard() throws Exception {
        CHARTS.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("restricted")
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .serverSideApply();
        CHARTS.client()
                .serviceAccounts()
                .inNamespace("restricted")
                .withName("default")
                .waitUntilCondition(account -> account != null, 20, TimeUnit.SECONDS);
        String servers = Files.readString(Checkout.root().resolve("config/samples/quickstart/model-servers.yaml"));
        for (String yaml : List.of(CHARTS.helm().render(Helm.operator()), servers)) {
            Pod pod = podOf(one(yaml, Deployment.class));
            assertThatCode(() -> CHARTS.client().resource(pod).dryRun(true).create())
                    .doesNotThrowAnyException();

            pod.getSpec().getContainers().getFirst().getSecurityContext().setAllowPrivilegeEscalation(true);
            assertThatCode(() -> CHARTS.client().resource(pod).dryRun(true).create())
                    .hasMessageContaining("violates PodSecurity");
        }
    }

    private static Pod podOf(Deployment deployment) {
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        template.getSpec().setServiceAccountName("default");
        return new PodBuilder()
                .withNewMetadata()
                .withName("dry-run")
                .withNamespace("restricted")
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    @Test
    void anUpgradeToTheSameChangesNothing() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        String manifest =
                CHARTS.helm().run(List.of("get", "manifest", "sluice")).output();
        Map<String, String> before = versions(manifest);

        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        assertThat(versions(manifest)).isEqualTo(before);
    }

    @Test
    void anUninstallLeavesTheGatewayClassOnly() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        String manifest =
                CHARTS.helm().run(List.of("get", "manifest", "sluice")).output();
        var _ = CHARTS.helm().uninstall(Helm.operator());
        assertThat(objects(manifest)).isNotEmpty();
        assertThat(objects(manifest))
                .filteredOn(object -> CHARTS.client().resource(object).get() != null)
                .extracting(HasMetadata::getKind)
                .containsExactly("GatewayClass");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operator.replica=2",
                "picker.scopes=Pool",
                "picker.scope=pool",
                "gateway.serviceType=Loadbalancer",
                "operator.replicas=two",
                "picker.args={max-request-body-bytes=1}",
                "operator.resources.request.cpu=1",
                "gateway.resources.request.cpu=1",
                "picker.resources.limit.cpu=1",
                "images.operator.digest=0123",
                "operator.serviceAccount.create=false",
                "operator.podSecurityContext.runAsUsr=1",
                "operator.securityContext.readOnlyRoot=true",
                "operator.podDisruptionBudget.maxUnavailable=half",
                "operator.logLevel=debug",
                "networkPolicy.egress.apiServerPorts={https}",
                "gateway.podTemplate.tolerations=x",
                "gateway.service.type=NodePort",
                "rbac.aggregated=true"
            })
    void refusesValuesThatItDoesNotKnow(String value) throws Exception {
        Helm.Outcome outcome =
                CHARTS.helm().run(List.of("install", "typo", Helm.operator().toString(), "--set", value));
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.output()).contains("values don't meet the specifications of the schema");
    }

    private static List<HasMetadata> objects(String yaml) {
        return CHARTS.client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    private static <T extends HasMetadata> T one(String yaml, Class<T> kind, String name) {
        return objects(yaml).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static <T> T one(String yaml, Class<T> kind) {
        List<T> found =
                objects(yaml).stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static Map<String, String> versions(String manifest) {
        return objects(manifest).stream()
                .map(object -> CHARTS.client().resource(object).get())
                .collect(Collectors.toMap(
                        object -> object.getKind() + "/" + object.getMetadata().getName(),
                        object -> object.getMetadata().getUid() + " "
                                + object.getMetadata().getGeneration()));
    }
}
