package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.GatewayParameters;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DefinitionsChartIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.empty();

    private static final String INFERENCE_POOL = HasMetadata.getFullResourceName(InferencePool.class);
    private static final List<String> SLUICE = Stream.of(
                    InferenceModel.class,
                    InferencePoolPolicy.class,
                    InferencePriorityClass.class,
                    GatewayParameters.class)
            .map(kind -> HasMetadata.getFullResourceName(kind))
            .toList();

    @AfterEach
    void clean() throws IOException, InterruptedException {
        var _ = CHARTS.helm().run(List.of("uninstall", "sluice-crds"));
        definitions().delete();
        definitions()
                .withName(INFERENCE_POOL)
                .waitUntilCondition(definition -> definition == null, 20, TimeUnit.SECONDS);
    }

    @Test
    void bringsEveryDefinitionAndKeepsThemOnUninstall() throws Exception {
        var _ = CHARTS.helm().install(Helm.definitions());
        assertThat(names()).contains(INFERENCE_POOL).containsAll(SLUICE);

        assertThat(CHARTS.helm().uninstall(Helm.definitions())).contains("kept due to the resource policy");
        assertThat(names()).contains(INFERENCE_POOL).containsAll(SLUICE);

        var _ = CHARTS.helm().install(Helm.definitions());
    }

    @Test
    void anUpgradeToTheSameChangesNothing() throws Exception {
        var _ = CHARTS.helm().install(Helm.definitions());
        Map<String, Long> before = generations();

        var _ = CHARTS.helm().install(Helm.definitions());
        assertThat(generations()).isEqualTo(before);
    }

    @Test
    void anUpgradeBringsAChangedDefinition(@TempDir Path copies) throws Exception {
        Path older = copy(Helm.definitions(), copies.resolve("sluice-crds"));
        Path model = older.resolve("files/" + SLUICE.getFirst() + ".yaml");
        Files.writeString(model, Files.readString(model).replace("infmodel", "oldname"));
        var _ = CHARTS.helm().install(older);
        assertThat(shortNames(SLUICE.getFirst())).containsExactly("oldname");

        var _ = CHARTS.helm().install(Helm.definitions());
        assertThat(shortNames(SLUICE.getFirst())).containsExactly("infmodel");
    }

    @Test
    void leavesAnInferencePoolOfAnotherOwnerAlone() throws Exception {
        CustomResourceDefinition foreign = upstream();
        String uid = foreign.getMetadata().getUid();

        String notes = CHARTS.helm().install(Helm.definitions());
        assertThat(notes).contains("The cluster has InferencePool already");
        assertThat(names()).containsAll(SLUICE);
        var _ = CHARTS.helm().install(Helm.definitions());
        var _ = CHARTS.helm().uninstall(Helm.definitions());

        CustomResourceDefinition after = definitions().withName(INFERENCE_POOL).get();
        assertThat(after.getMetadata().getUid()).isEqualTo(uid);
        assertThat(after.getMetadata().getGeneration())
                .isEqualTo(foreign.getMetadata().getGeneration());
        assertThat(after.getMetadata().getAnnotations())
                .isEqualTo(foreign.getMetadata().getAnnotations());
        assertThat(after.getMetadata().getLabels())
                .isEqualTo(foreign.getMetadata().getLabels());
    }

    @Test
    void keepsItsOwnInferencePoolOverUpgradesAndWhenItIsNoLongerAskedFor() throws Exception {
        var _ = CHARTS.helm().install(Helm.definitions());
        String uid = definitions().withName(INFERENCE_POOL).get().getMetadata().getUid();

        var _ = CHARTS.helm().install(Helm.definitions());
        assertThat(CHARTS.helm().run(List.of("get", "manifest", "sluice-crds")).output())
                .contains(INFERENCE_POOL);
        var _ = CHARTS.helm().install(Helm.definitions(), "--set", "inferencePool.install=false");
        assertThat(definitions().withName(INFERENCE_POOL).get().getMetadata().getUid())
                .isEqualTo(uid);
    }

    @Test
    void bringsNoInferencePoolWhereNoneIsWanted() throws Exception {
        String notes = CHARTS.helm().install(Helm.definitions(), "--set", "inferencePool.install=false");
        assertThat(notes).contains("InferencePool was not asked for");
        assertThat(names()).doesNotContain(INFERENCE_POOL).containsAll(SLUICE);
    }

    @Test
    void refusesValuesThatItDoesNotKnow() throws Exception {
        Helm.Outcome outcome = CHARTS.helm()
                .run(List.of(
                        "install", "typo", Helm.definitions().toString(), "--set", "inferencePools.install=false"));
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.output()).contains("additional properties 'inferencePools' not allowed");
    }

    /// The definition as somebody else installs it: with marks of theirs, and none of Helm's.
    private static CustomResourceDefinition upstream() throws IOException {
        Path file = Helm.definitions().resolve("files/" + INFERENCE_POOL + ".yaml");
        CustomResourceDefinition definition =
                definitions().load(Files.newInputStream(file)).item();
        return definitions()
                .resource(new CustomResourceDefinitionBuilder(definition)
                        .editMetadata()
                        .addToAnnotations("inference.networking.k8s.io/bundle-version", "v9.9.9")
                        .addToLabels("app.kubernetes.io/managed-by", "somebody-else")
                        .endMetadata()
                        .build())
                .create();
    }

    private static NonNamespaceOperation<CustomResourceDefinition, ?, Resource<CustomResourceDefinition>>
            definitions() {
        return CHARTS.client().apiextensions().v1().customResourceDefinitions();
    }

    private static List<String> names() {
        return definitions()
                .resources()
                .map(each -> each.get().getMetadata().getName())
                .toList();
    }

    private static Map<String, Long> generations() {
        return definitions()
                .resources()
                .map(Resource::get)
                .collect(Collectors.toMap(
                        each -> each.getMetadata().getName(),
                        each -> each.getMetadata().getGeneration()));
    }

    private static List<String> shortNames(String definition) {
        return definitions().withName(definition).get().getSpec().getNames().getShortNames();
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
        return to;
    }
}
