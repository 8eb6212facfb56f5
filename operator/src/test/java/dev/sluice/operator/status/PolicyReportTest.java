package dev.sluice.operator.status;

import static dev.sluice.operator.status.Cluster.brief;
import static dev.sluice.operator.status.Cluster.find;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePoolPolicyStatus;
import dev.sluice.api.v1alpha1.PolicyPoolStatus;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.operator.resolve.resources.Installation.SharedPicker;
import dev.sluice.operator.status.Observed.PoolReading;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReportTest {

    private static final String POOLS = Cluster.pool("llama", "") + Cluster.pool("qwen", "");

    private static String policy(String name, String created, String spec) {
        return """
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: %s, namespace: ml, generation: 4, creationTimestamp: "%sT00:00:00Z"}
                spec: {%s}
                ---
                """.formatted(name, created, spec);
    }

    private static InferencePoolPolicyStatus status(Cluster cluster) {
        return cluster.report().of(cluster.get(InferencePoolPolicy.class, "policy"));
    }

    private static InferencePoolPolicyStatus status(String spec) {
        return status(Cluster.of(POOLS + policy("policy", "2026-02-01", spec)));
    }

    @Test
    void showsThePoolsThatItIsFor() {
        Cluster cluster = Cluster.of(
                        POOLS + policy("policy", "2026-02-01", "targetRefs: [{name: llama}, {name: qwen}]"))
                .withPools(Map.of("ml/llama", new PoolReading(3, 1.248, List.of())));
        InferencePoolPolicyStatus status = status(cluster);
        assertThat(brief(status.conditions()))
                .containsExactly("Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs");
        assertThat(status.conditions())
                .allSatisfy(condition ->
                        assertThat(condition.getObservedGeneration()).isEqualTo(4));
        assertThat(status.pools())
                .containsExactly(
                        new PolicyPoolStatus("llama", 3, 125, true), new PolicyPoolStatus("qwen", null, null, true));
    }

    @Test
    void saturationThatJittersIsNotWrittenAgain() {
        String shown = policy("policy", "2026-02-01", "targetRefs: [{name: llama}]")
                .replace(
                        "---",
                        "status: {pools: [{name: llama, readyEndpoints: 3, saturation: 40, accepted: true}]}\n---");
        Cluster cluster = Cluster.of(POOLS + shown);
        assertThat(status(cluster.withPools(Map.of("ml/llama", new PoolReading(3, 0.43, List.of()))))
                        .pools())
                .containsExactly(new PolicyPoolStatus("llama", 3, 40, true));
        assertThat(status(cluster.withPools(Map.of("ml/llama", new PoolReading(4, 0.46, List.of()))))
                        .pools())
                .containsExactly(new PolicyPoolStatus("llama", 4, 46, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "installation | '' | spec.endpointPickerRef: another gateway needs",
                "installation | ', endpointPickerRef: {name: mine, port: {number: 9002}}' |",
                "namespace | ', endpointPickerRef: {name: picker, port: {number: 9002}}' | is for several pools",
                "pool | ', endpointPickerRef: {name: llama-picker, port: {number: 9002}}' |",
                "pool | ', endpointPickerRef: {name: llama-picker, port: {number: 9003}}' | has 9002",
                "installation | ', endpointPickerRef: {name: older, port: {number: 9002}}' | an older pool has",
            })
    void saysWhyAnotherGatewayCannotComeToThePicker(String scope, String ref, @Nullable String why) {
        SharedPicker picker = switch (scope) {
            case "installation" -> new SharedPicker("sluice-system", "picker", 9002);
            case "namespace" -> new SharedPicker(null, "picker", 9002);
            default -> new SharedPicker(null, "*-picker", 9002);
        };
        String older = Cluster.pool("a", ", endpointPickerRef: {name: older, port: {number: 9002}}")
                + policy("a", "2026-02-01", "targetRefs: [{name: a}], gateway: {mode: Native}");
        Cluster cluster = Cluster.of(older
                        + Cluster.pool("llama", ref)
                        + policy("policy", "2026-02-01", "targetRefs: [{name: llama}], gateway: {mode: Native}"))
                .with(new Installation(Installation.CONTROLLER, picker));
        Condition refs = find(status(cluster).conditions(), "ResolvedRefs");
        if (why == null) {
            assertThat(refs.getReason()).isEqualTo("ResolvedRefs");
        } else {
            assertThat(refs.getReason()).isEqualTo("PickerUnreachable");
            assertThat(refs.getMessage()).contains("InferencePool llama", why);
        }
    }

    @Test
    void theOldestHasThePool() {
        String older = policy("older", "2026-01-01", "targetRefs: [{name: qwen}]");
        InferencePoolPolicyStatus status = status(Cluster.of(
                POOLS + older + policy("policy", "2026-02-01", "targetRefs: [{name: llama}, {name: qwen}]")));
        assertThat(brief(status.conditions())).contains("Accepted=False/Conflicted");
        assertThat(find(status.conditions(), "Accepted").getMessage()).contains("spec.targetRefs[1]", "older", "qwen");
        assertThat(status.pools()).extracting(PolicyPoolStatus::accepted).containsExactly(true, false);
    }

    @Test
    void namesTargetsThatAreNone() {
        InferencePoolPolicyStatus missing = status("targetRefs: [{name: llama}, {name: none}]");
        assertThat(brief(missing.conditions()))
                .containsExactly("Accepted=True/Accepted", "ResolvedRefs=False/PoolNotFound");
        assertThat(missing.pools()).extracting(PolicyPoolStatus::accepted).containsExactly(true, false);
        InferencePoolPolicyStatus service = status("targetRefs: [{group: '', kind: Service, name: llama}]");
        assertThat(brief(service.conditions())).contains("ResolvedRefs=False/InvalidKind");
        assertThat(service.pools()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pollInterval: 0s                                    | spec.signals.pollInterval",
                "pollInterval: soon                                  | spec.signals.pollInterval",
                "staleness: 0ms                                      | spec.signals.staleness",
                "adapterHealth: {interval: 0s}                       | spec.signals.adapterHealth.interval",
                "dcgm: {interval: 1x}                                | spec.signals.dcgm.interval",
                "prometheus: {url: 'http://prom etheus'}             | spec.signals.prometheus.url",
                "prometheus: {url: 'http://:9090'}                   | spec.signals.prometheus.url",
                "prometheus: {url: 'http://prometheus', staleness: 0s} | spec.signals.prometheus.staleness",
                "prometheus: {url: 'http://prometheus:9090/path'}    | ''",
                "pollInterval: 10ms                                  | ''",
            })
    void namesTheValueThatNoPickerCanRead(String signals, String field) {
        InferencePoolPolicyStatus status = status("targetRefs: [{name: llama}], signals: {" + signals + "}");
        if (field.isEmpty()) {
            assertThat(brief(status.conditions())).contains("Accepted=True/Accepted");
        } else {
            assertThat(brief(status.conditions())).contains("Accepted=False/Invalid");
            assertThat(find(status.conditions(), "Accepted").getMessage()).startsWith(field);
        }
    }
}
