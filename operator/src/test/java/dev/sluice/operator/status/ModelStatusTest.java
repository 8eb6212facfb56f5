package dev.sluice.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.operator.resolve.Policies;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelStatusTest {
    private static final InferenceModel RENAMED = model("[{modelName: llama-3.1-8b}]");

    private static InferenceModel model(String targets) {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: chat, namespace: ml}
                spec: {modelName: chat, poolRefs: [{name: llama}], targets: %s}
                """.formatted(targets), InferenceModel.class);
    }

    private static Policies policy(String namespace, String pool, String processing) {
        return new Policies(List.of(
                Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: policy, namespace: %s}
                spec: {targetRefs: [{name: %s}], responseProcessing: %s}
                """.formatted(namespace, pool, processing), InferencePoolPolicy.class)));
    }

    private static Finding renaming(InferenceModel model, Policies policies) {
        return ModelStatus.of(model, policies).stream()
                .filter(finding -> finding.type().equals("ResponsesRenamed"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysThatAnswersWhichDoNotPassThePickerKeepTheServersName() {
        Finding finding = renaming(RENAMED, policy("ml", "llama", "Headers"));
        assertThat(finding.holds()).isFalse();
        assertThat(finding.reason()).isEqualTo("HeadersOnly");
        assertThat(finding.message()).contains("llama", "llama-3.1-8b", "not chat");
    }

    @Test
    void namesArePutBackWhereAnswersPass() {
        assertThat(renaming(RENAMED, policy("ml", "llama", "Full")).holds()).isTrue();
        assertThat(renaming(RENAMED, new Policies(List.of())).holds()).isTrue();
        assertThat(renaming(RENAMED, policy("ml", "another", "Headers")).holds())
                .isTrue();
        assertThat(renaming(RENAMED, policy("elsewhere", "llama", "Headers")).holds())
                .isTrue();
    }

    @Test
    void aModelUnderItsOwnNameNeedsNoRenaming() {
        assertThat(renaming(model("[]"), policy("ml", "llama", "Headers")).reason())
                .isEqualTo("SameName");
        assertThat(renaming(model("[{modelName: chat}]"), policy("ml", "llama", "Headers"))
                        .holds())
                .isTrue();
    }
}
