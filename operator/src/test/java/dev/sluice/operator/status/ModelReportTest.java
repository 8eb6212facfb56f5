package dev.sluice.operator.status;

import static dev.sluice.operator.status.Cluster.brief;
import static dev.sluice.operator.status.Cluster.find;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferenceModelStatus;
import dev.sluice.api.v1alpha1.TargetStatus;
import dev.sluice.operator.status.Observed.ModelReading;
import dev.sluice.operator.status.Observed.PoolReading;
import dev.sluice.operator.status.Observed.TargetReading;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelReportTest {

    private static final String POOLS =
            Cluster.GATEWAY + Cluster.PICKER + Cluster.pool("llama", "") + Cluster.pool("qwen", "");
    private static final String ROUTE = Cluster.route("route", "{name: gateway}", "llama");
    private static final String RENAMED =
            model("chat", "2026-01-01", "poolRefs: [{name: llama}], targets: [{modelName: llama-3.1-8b}]");

    private static String model(String name, String created, String spec) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: %s, namespace: ml, generation: 2, creationTimestamp: "%sT00:00:00Z"}
                spec: {modelName: chat, %s}
                ---
                """.formatted(name, created, spec);
    }

    private static String policy(String pool, String spec) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: policy, namespace: ml}
                spec: {targetRefs: [{name: %s}], %s}
                ---
                """.formatted(pool, spec);
    }

    private static InferenceModelStatus status(Cluster cluster) {
        return cluster.report().of(cluster.get(InferenceModel.class, "chat"));
    }

    private static Condition condition(String type, String yaml) {
        return find(status(Cluster.of(yaml)).conditions(), type);
    }

    private static PoolReading reading(int endpoints, TargetReading... targets) {
        return new PoolReading(endpoints, 0.4, List.of(new ModelReading("chat", List.of(targets))));
    }

    private static TargetReading target(String name, int endpoints, @Nullable Integer share) {
        return new TargetReading(name, endpoints, share);
    }

    @Test
    void aModelThatIsServedSaysSo() {
        InferenceModelStatus status = status(Cluster.of(POOLS + ROUTE + RENAMED)
                .withPools(Map.of("ml/llama", reading(3, target("llama-3.1-8b", 2, 100)))));
        assertThat(brief(status.conditions()))
                .containsExactly(
                        "Accepted=True/Accepted",
                        "ResolvedRefs=True/ResolvedRefs",
                        "Ready=True/EndpointsReady",
                        "ModelRouting=True/Routed",
                        "ResponsesRenamed=True/ResponsesRead",
                        "FailureModeHonored=True/AsAsked");
        assertThat(status.conditions())
                .allSatisfy(condition ->
                        assertThat(condition.getObservedGeneration()).isEqualTo(2));
        assertThat(status.readyEndpoints()).isEqualTo(2);
        assertThat(status.targets()).containsExactly(new TargetStatus("llama-3.1-8b", null, 2, 100));
    }

    @Test
    void theOldestHasTheName() {
        String younger = model("chat", "2026-02-01", "poolRefs: [{name: qwen}, {name: llama}]");
        String older = model("first", "2026-01-01", "poolRefs: [{name: llama}]");
        Condition accepted = condition("Accepted", POOLS + younger + older);
        assertThat(accepted.getReason()).isEqualTo("ModelNameInUse");
        assertThat(accepted.getMessage()).contains("spec.modelName", "llama", "first");
        assertThat(condition("Accepted", POOLS + younger + older.replace("2026-01", "2026-03"))
                        .getStatus())
                .isEqualTo("True");
        assertThat(condition("Accepted", POOLS + younger + older.replace("namespace: ml", "namespace: far"))
                        .getStatus())
                .isEqualTo("True");
        assertThat(condition("Accepted", POOLS + younger + older.replace("2026-01", "2026-02"))
                        .getStatus())
                .isEqualTo("True");
    }

    @Test
    void countsOnlyPoolsInWhichTheNameIsItsOwn() {
        Cluster cluster = Cluster.of(POOLS
                        + ROUTE
                        + model("chat", "2026-02-01", "poolRefs: [{name: qwen}, {name: llama}]")
                        + model("first", "2026-01-01", "poolRefs: [{name: llama}]"))
                .withPools(Map.of(
                        "ml/llama",
                        reading(5, target("chat", 5, null)),
                        "ml/qwen",
                        reading(2, target("chat", 1, null))));
        assertThat(status(cluster).readyEndpoints()).isEqualTo(1);
        assertThat(cluster.report()
                        .of(cluster.get(InferenceModel.class, "first"))
                        .readyEndpoints())
                .isEqualTo(5);
    }

    @Test
    void namesTheReferenceThatIsMissing() {
        assertThat(condition(
                        "ResolvedRefs", POOLS + model("chat", "2026-01-01", "poolRefs: [{name: llama}, {name: no}]")))
                .satisfies(refs -> {
                    assertThat(refs.getReason()).isEqualTo("PoolNotFound");
                    assertThat(refs.getMessage()).startsWith("spec.poolRefs[1].name");
                });
        String classed = model("chat", "2026-01-01", "poolRefs: [{name: llama}], priorityClassName: gold");
        assertThat(condition("ResolvedRefs", POOLS + classed)).satisfies(refs -> {
            assertThat(refs.getReason()).isEqualTo("PriorityClassNotFound");
            assertThat(refs.getMessage()).startsWith("spec.priorityClassName");
        });
        String gold = """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePriorityClass
                metadata: {name: gold}
                spec: {value: 10}
                ---
                """;
        assertThat(condition("ResolvedRefs", POOLS + classed + gold).getStatus())
                .isEqualTo("True");
    }

    @Test
    void isReadyWhenAnEndpointServesItAndNamesTargetsThatNoneServes() {
        Cluster cluster = Cluster.of(
                POOLS
                        + ROUTE
                        + model(
                                "chat",
                                "2026-01-01",
                                "poolRefs: [{name: llama}, {name: qwen}], targets: [{modelName: base}, {adapter: {name: sql}}]"));
        assertThat(brief(status(cluster).conditions())).contains("Ready=Unknown/NoPicker");
        assertThat(status(cluster).readyEndpoints()).isNull();
        assertThat(status(cluster).targets())
                .containsExactly(
                        new TargetStatus("base", null, null, null), new TargetStatus("sql", "sql", null, null));

        InferenceModelStatus none = status(
                cluster.withPools(Map.of("ml/llama", reading(3, target("base", 0, null), target("sql", 0, null)))));
        assertThat(brief(none.conditions())).contains("Ready=False/NoEndpoints");
        assertThat(none.readyEndpoints()).isZero();

        InferenceModelStatus some = status(cluster.withPools(Map.of(
                "ml/llama", reading(3, target("base", 3, 60), target("sql", 0, null)),
                "ml/qwen", reading(2, target("base", 2, 40), target("sql", 0, 0)))));
        assertThat(brief(some.conditions())).contains("Ready=True/TargetsUnserved");
        assertThat(find(some.conditions(), "Ready").getMessage()).contains("sql");
        assertThat(some.readyEndpoints()).isEqualTo(5);
        assertThat(some.targets())
                .containsExactly(new TargetStatus("base", null, 5, 100), new TargetStatus("sql", "sql", 0, 0));
    }

    @Test
    void aTargetThatNoServerListsIsNamedBesideWhatTheyList() {
        PoolReading reading = new PoolReading(
                3,
                0.4,
                List.of("llama-3.1-8b-instruct", "sql"),
                List.of(new ModelReading("chat", List.of(target("llama-3.1-8b", 0, null)))));
        InferenceModelStatus status = status(Cluster.of(POOLS + RENAMED).withPools(Map.of("ml/llama", reading)));
        assertThat(brief(status.conditions())).contains("Ready=False/NoEndpointServes");
        assertThat(find(status.conditions(), "Ready").getMessage())
                .isEqualTo("no server of its pools lists llama-3.1-8b; they list llama-3.1-8b-instruct, sql");
        assertThat(status.readyEndpoints()).isZero();
        assertThat(status.targets()).containsExactly(new TargetStatus("llama-3.1-8b", null, 0, null));
    }

    @Test
    void aPickerThatDoesNotKnowTheModelServesItNowhere() {
        assertThat(brief(status(Cluster.of(POOLS + RENAMED)
                                .withPools(Map.of("ml/llama", new PoolReading(3, 0.1, List.of()))))
                        .conditions()))
                .contains("Ready=False/NoEndpoints");
    }

    @Test
    void sharesThatJitterAreNotWrittenAgain() {
        String shown =
                RENAMED.replace("---", "status: {targets: [{name: llama-3.1-8b, readyEndpoints: 2, share: 50}]}\n---");
        for (int share : new int[] {46, 50, 54}) {
            assertThat(share(shown, share)).isEqualTo(50);
        }
        assertThat(share(shown, 45)).isEqualTo(45);
        assertThat(share(shown, 55)).isEqualTo(55);
        assertThat(share(shown, null)).isNull();
    }

    private static @Nullable Integer share(String model, @Nullable Integer now) {
        Integer rest = now == null ? null : Integer.valueOf(100 - now);
        PoolReading reading = reading(3, target("llama-3.1-8b", 2, now), target("rest", 1, rest));
        return status(Cluster.of(POOLS + model).withPools(Map.of("ml/llama", reading)))
                .targets()
                .getFirst()
                .share();
    }

    @Test
    void sharesOfSeveralPoolsAddUpToOneWhole() {
        Cluster cluster = Cluster.of(POOLS
                        + model(
                                "chat",
                                "2026-01-01",
                                "poolRefs: [{name: llama}, {name: qwen}], targets: [{modelName: a}, {modelName: b}]"))
                .withPools(Map.of(
                        "ml/llama", reading(1, target("a", 1, 90), target("b", 1, 10)),
                        "ml/qwen", reading(1, target("a", 1, 50), target("b", 1, 50))));
        assertThat(status(cluster).targets()).extracting(TargetStatus::share).containsExactly(70, 30);
    }

    @Test
    void saysWhereRequestsDoNotFindTheModel() {
        assertThat(condition("ModelRouting", POOLS + RENAMED).getReason()).isEqualTo("NoRoute");
        assertThat(condition("ModelRouting", POOLS + ROUTE + RENAMED).getReason())
                .isEqualTo("Routed");
        String elsewhere = RENAMED.replace("{name: llama}", "{name: qwen}");
        assertThat(condition("ModelRouting", POOLS + ROUTE + elsewhere).getReason())
                .isEqualTo("Routed");
        String mirrored = Cluster.route("route", "{name: gateway}")
                .replace(
                        "backendRefs: []",
                        "filters: [{type: RequestMirror, requestMirror: {backendRef: "
                                + "{group: inference.networking.k8s.io, kind: InferencePool, name: llama}}}]");
        assertThat(condition("ModelRouting", POOLS + mirrored + RENAMED).getReason())
                .isEqualTo("NoRoute");
        String refused = Cluster.route("route", "{name: gateway, sectionName: none}", "llama");
        assertThat(condition("ModelRouting", POOLS + refused + RENAMED).getReason())
                .isEqualTo("NoRoute");
        assertThat(condition("ModelRouting", POOLS + ROUTE + RENAMED + policy("llama", "gateway: {mode: Native}"))
                        .getReason())
                .isEqualTo("NativeGateway");
        String foreign =
                Cluster.GATEWAY + Cluster.pool("llama", ", endpointPickerRef: {name: theirs, port: {number: 9002}}");
        assertThat(condition("ModelRouting", foreign + ROUTE + RENAMED)).satisfies(routing -> {
            assertThat(routing.getReason()).isEqualTo("ForeignPicker");
            assertThat(routing.getMessage()).contains("llama");
        });
    }

    @Test
    void saysThatAnswersWhichDoNotPassThePickerKeepTheServersName() {
        Condition renaming =
                condition("ResponsesRenamed", POOLS + RENAMED + policy("llama", "responseProcessing: Headers"));
        assertThat(renaming.getStatus()).isEqualTo("False");
        assertThat(renaming.getReason()).isEqualTo("HeadersOnly");
        assertThat(renaming.getMessage()).contains("llama", "llama-3.1-8b", "not chat");
    }

    @Test
    void aRenamedModelDoesNotFailOpen() {
        String open = policy("llama", "gateway: {failureMode: FailOpen}");
        Condition renamed = condition("FailureModeHonored", POOLS + RENAMED + open);
        assertThat(renamed.getStatus()).isEqualTo("False");
        assertThat(renamed.getReason()).isEqualTo("Renamed");
        assertThat(renamed.getMessage()).contains("llama fails closed", "chat");
        assertThat(condition("FailureModeHonored", POOLS + RENAMED + policy("llama", "gateway: {mode: Auto}"))
                        .getReason())
                .isEqualTo("AsAsked");
        String own = model("chat", "2026-01-01", "poolRefs: [{name: llama}]");
        assertThat(condition("FailureModeHonored", POOLS + own + open).getReason())
                .isEqualTo("AsAsked");
    }

    @Test
    void namesArePutBackWhereAnswersPass() {
        assertThat(condition("ResponsesRenamed", POOLS + RENAMED + policy("llama", "responseProcessing: Full"))
                        .getStatus())
                .isEqualTo("True");
        assertThat(condition("ResponsesRenamed", POOLS + RENAMED).getStatus()).isEqualTo("True");
        assertThat(condition("ResponsesRenamed", POOLS + RENAMED + policy("qwen", "responseProcessing: Headers"))
                        .getStatus())
                .isEqualTo("True");
    }

    @Test
    void aModelUnderItsOwnNameNeedsNoRenaming() {
        String headers = policy("llama", "responseProcessing: Headers");
        assertThat(condition(
                                "ResponsesRenamed",
                                POOLS + model("chat", "2026-01-01", "poolRefs: [{name: llama}]") + headers)
                        .getReason())
                .isEqualTo("SameName");
        assertThat(condition("ResponsesRenamed", POOLS + RENAMED.replace("llama-3.1-8b", "chat") + headers)
                        .getStatus())
                .isEqualTo("True");
    }
}
