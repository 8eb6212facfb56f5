package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import dev.sluice.operator.resolve.resources.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the chart lets the operator and the pickers do, as the API server's own authorizer says.
class OperatorRightsIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.withDefinitions();

    private static final String OPERATOR = "sluice-operator";
    private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";
    private static final String PICKER = "sluice-endpoint-picker";

    /// No pod runs: what is tested here is what the API server makes of the objects.
    private static final String[] IDLE = {"--set", "operator.replicas=0"};

    @AfterEach
    void clean() throws IOException, InterruptedException {
        var _ = CHARTS.helm().run(List.of("uninstall", "sluice", "--wait"));
    }

    @Test
    void theOperatorMayReadWhatItReads() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        for (Class<? extends HasMetadata> kind : Resources.KINDS) {
            for (String verb : List.of("get", "list", "watch")) {
                assertThat(mayInAnyNamespace(OPERATOR, verb, HasMetadata.getGroup(kind), HasMetadata.getPlural(kind)))
                        .as("%s %s", verb, kind.getSimpleName())
                        .isTrue();
            }
        }
    }

    @Test
    void theOperatorMayWriteWhatItWrites() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        for (String right : List.of(
                "patch gateway.networking.k8s.io gatewayclasses/status",
                "patch gateway.networking.k8s.io gateways/status",
                "update gateway.networking.k8s.io httproutes/status",
                "update inference.networking.k8s.io inferencepools/status",
                "patch inference.sluice.dev inferencemodels/status",
                "patch inference.sluice.dev inferencepoolpolicies/status",
                "create apps deployments",
                "delete core services",
                "delete discovery.k8s.io endpointslices",
                "create core serviceaccounts",
                "patch core configmaps",
                "delete policy poddisruptionbudgets",
                "delete autoscaling horizontalpodautoscalers",
                "delete rbac.authorization.k8s.io rolebindings",
                "create events.k8s.io events")) {
            assertThat(operatorMay(right)).as(right).isTrue();
        }
    }

    @Test
    void theOperatorMayDoNoMore() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        for (String right : List.of(
                "create core secrets",
                "update gateway.networking.k8s.io gateways",
                "update inference.networking.k8s.io inferencepools",
                "delete inference.sluice.dev inferencemodels",
                "create core pods",
                "create core pods/exec",
                "delete core namespaces",
                "create rbac.authorization.k8s.io clusterrolebindings",
                "create rbac.authorization.k8s.io rolebindings",
                "update coordination.k8s.io leases")) {
            assertThat(operatorMay(right)).as(right).isFalse();
        }
    }

    @Test
    void theOperatorElectsItsLeaderInItsOwnNamespace() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        assertThat(may(OPERATOR, "create", "coordination.k8s.io", "leases", Helm.NAMESPACE, ""))
                .isTrue();
        assertThat(may(OPERATOR, "create", "coordination.k8s.io", "leases", "kube-system", ""))
                .isFalse();
    }

    @Test
    void theOperatorMayMakeASecretWherePickersAreAndChangeNone() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        assertThat(may(OPERATOR, "create", "", "secrets", Helm.NAMESPACE, "")).isTrue();
        assertThat(may(OPERATOR, "create", "", "secrets", "kube-system", "")).isFalse();
        for (String verb : List.of("update", "patch", "delete")) {
            assertThat(may(OPERATOR, verb, "", "secrets", Helm.NAMESPACE, ""))
                    .as(verb)
                    .isFalse();
        }
    }

    @Test
    void aSharedPickerMayReadEverywhereAndWriteNothing() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        for (String resource : List.of(
                "core pods",
                "core services",
                "discovery.k8s.io endpointslices",
                "inference.networking.k8s.io inferencepools",
                "inference.sluice.dev inferencemodels",
                "inference.sluice.dev inferencepoolpolicies",
                "inference.sluice.dev inferencepriorityclasses",
                "llm-d.ai inferenceobjectives",
                "inference.networking.x-k8s.io inferencemodels")) {
            String[] words = resource.split(" ");
            assertThat(mayInAnyNamespace(PICKER, "watch", group(words[0]), words[1]))
                    .as(resource)
                    .isTrue();
            assertThat(mayInAnyNamespace(PICKER, "patch", group(words[0]), words[1]))
                    .as(resource)
                    .isFalse();
        }
        assertThat(mayInAnyNamespace(PICKER, "list", "", "secrets")).isFalse();
    }

    @Test
    void pickersOfNamespacesGetTheirRightsFromTheOperatorAndThoseOnly() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), "--set", "operator.replicas=0,picker.scope=Namespace");
        assertThat(mayInAnyNamespace(PICKER, "list", "", "pods")).isFalse();
        assertThat(mayInAnyNamespace(OPERATOR, "create", "rbac.authorization.k8s.io", "rolebindings"))
                .isTrue();
        assertThat(may(OPERATOR, "bind", "rbac.authorization.k8s.io", "clusterroles", "", PICKER))
                .isTrue();
        assertThat(may(OPERATOR, "bind", "rbac.authorization.k8s.io", "clusterroles", "", "cluster-admin"))
                .isFalse();
    }

    @Test
    void theClustersOwnRolesHaveTheirPartOfSluicesKinds() throws Exception {
        var _ = CHARTS.helm().install(Helm.operator(), IDLE);
        ClusterRole view = role("sluice-view");
        ClusterRole edit = role("sluice-edit");
        assertThat(view.getMetadata().getLabels())
                .containsEntry(AGGREGATE + "view", "true")
                .containsEntry(AGGREGATE + "edit", "true")
                .containsEntry(AGGREGATE + "admin", "true");
        assertThat(edit.getMetadata().getLabels())
                .containsEntry(AGGREGATE + "edit", "true")
                .containsEntry(AGGREGATE + "admin", "true")
                .doesNotContainKey(AGGREGATE + "view");
        assertThat(view.getRules())
                .allSatisfy(rule -> assertThat(rule.getVerbs()).containsExactly("get", "list", "watch"));
        for (Class<? extends HasMetadata> kind : List.of(
                InferencePool.class, InferenceModel.class, InferencePoolPolicy.class, InferencePriorityClass.class)) {
            for (ClusterRole role : List.of(view, edit)) {
                assertThat(role.getRules())
                        .as(
                                "%s of %s",
                                HasMetadata.getPlural(kind), role.getMetadata().getName())
                        .anyMatch(rule -> rule.getApiGroups().contains(HasMetadata.getGroup(kind))
                                && rule.getResources().contains(HasMetadata.getPlural(kind)));
            }
        }

        var _ = CHARTS.helm().install(Helm.operator(), "--set", "operator.replicas=0,rbac.aggregate=false");
        assertThat(CHARTS.client().rbac().clusterRoles().withName("sluice-view").get())
                .isNull();
    }

    private static ClusterRole role(String name) {
        return CHARTS.client().rbac().clusterRoles().withName(name).get();
    }

    /// @param right a verb, a group and a resource
    private static boolean operatorMay(String right) {
        String[] words = right.split(" ");
        return mayInAnyNamespace(OPERATOR, words[0], group(words[1]), words[2]);
    }

    private static String group(String word) {
        return word.equals("core") ? "" : word;
    }

    private static boolean mayInAnyNamespace(String account, String verb, String group, String resource) {
        return may(account, verb, group, resource, "", "");
    }

    /// Asks the API server's own authorizer.
    private static boolean may(
            String account, String verb, String group, String resource, String namespace, String name) {
        String[] parts = resource.split("/");
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:%s:%s".formatted(Helm.NAMESPACE, account))
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(parts[0])
                .withSubresource(Stream.of(parts).skip(1).findFirst().orElse(""))
                .withNamespace(namespace)
                .withName(name)
                .endResourceAttributes()
                .endSpec()
                .build();
        return CHARTS.client()
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}
