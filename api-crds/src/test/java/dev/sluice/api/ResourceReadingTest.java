package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.v1.AppProtocol;
import dev.sluice.api.v1.FailureMode;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.api.v1alpha1.InferencePriorityClass;
import dev.sluice.api.v1alpha1.ModelTarget;
import dev.sluice.api.v1alpha1.PreemptionPolicy;
import dev.sluice.api.v1alpha1.ResponseProcessing;
import dev.sluice.api.v1alpha1.SchedulingPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceReadingTest {

    @Test
    void fillsInThePoolsDefaults() {
        InferencePool pool = Serialization.unmarshal("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama, namespace: ml}
                spec:
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: 8000}, {number: 8001}]
                  endpointPickerRef: {name: picker, port: {number: 9002}}
                """, InferencePool.class);
        assertThat(pool.getSpec().appProtocol()).isEqualTo(AppProtocol.HTTP);
        assertThat(pool.getSpec().endpointPickerRef().kind()).isEqualTo("Service");
        assertThat(pool.getSpec().endpointPickerRef().group()).isEmpty();
        assertThat(pool.getSpec().endpointPickerRef().failureMode()).isEqualTo(FailureMode.FAIL_CLOSE);
        assertThat(pool.getSpec().targetPorts()).extracting("number").containsExactly(8000, 8001);
        assertThat(pool.getSpec().selector().matches(Map.of("app", "llama", "tier", "a")))
                .isTrue();
        assertThat(pool.getSpec().selector().matches(Map.of("app", "mistral"))).isFalse();
    }

    @Test
    void writesAPoolAsItWasRead() {
        String yaml = """
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama, namespace: ml}
                spec:
                  appProtocol: kubernetes.io/h2c
                  selector: {matchLabels: {app: llama}}
                  targetPorts: [{number: 8000}]
                  endpointPickerRef: {group: "", kind: Service, name: picker, port: {number: 9002}, failureMode: FailOpen}
                """;
        InferencePool pool = Serialization.unmarshal(yaml, InferencePool.class);
        InferencePool again = Serialization.unmarshal(Serialization.asYaml(pool), InferencePool.class);
        assertThat(again.getSpec()).isEqualTo(pool.getSpec());
        assertThat(again.getSpec().appProtocol()).isEqualTo(AppProtocol.H2C);
        assertThat(again.getSpec().endpointPickerRef().failureMode()).isEqualTo(FailureMode.FAIL_OPEN);
    }

    @Test
    void readsAModelWithACanaryAndAnAdapter() {
        InferenceModel model = Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferenceModel
                metadata: {name: chat, namespace: ml}
                spec:
                  modelName: chat
                  poolRefs: [{name: llama}, {name: spill, tier: 1}]
                  targets:
                  - {modelName: llama-3.1-8b, weight: 90}
                  - {adapter: {name: chat-v2, rank: 16}, weight: 10}
                  objectives: {timeToFirstToken: 500ms}
                """, InferenceModel.class);
        assertThat(model.getSpec().poolRefs()).extracting("weight").containsExactly(1, 1);
        assertThat(model.getSpec().poolRefs()).extracting("tier").containsExactly(0, 1);
        assertThat(model.getSpec().targets())
                .extracting(ModelTarget::modelName)
                .containsExactly("llama-3.1-8b", "chat-v2");
        assertThat(model.getSpec().fairnessWeight()).isEqualTo(1);
        assertThat(model.getSpec().sessionAffinity()).isNull();
    }

    @Test
    void aPolicyWithTargetsOnlyHasAllTheDefaults() {
        InferencePoolPolicy policy = Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: llama, namespace: ml}
                spec: {targetRefs: [{name: llama}]}
                """, InferencePoolPolicy.class);
        assertThat(policy.getSpec().targetRefs().getFirst().isPool("llama")).isTrue();
        assertThat(policy.getSpec().scheduling().policy()).isEqualTo(SchedulingPolicy.COST);
        assertThat(policy.getSpec().responseProcessing()).isEqualTo(ResponseProcessing.FULL);
        assertThat(policy.getSpec().requestUsage()).isFalse();
        assertThat(ApiDuration.parse(policy.getSpec().signals().pollInterval())).isEqualTo(Duration.ofMillis(50));
        assertThat(ApiDuration.parse(policy.getSpec().signals().staleness())).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.getSpec().signals().adaptivePolling()).isTrue();
    }

    @Test
    void readsAPriorityClass() {
        InferencePriorityClass priority = Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePriorityClass
                metadata: {name: batch}
                spec: {value: -10, default: true}
                """, InferencePriorityClass.class);
        assertThat(priority.getSpec().value()).isEqualTo(-10);
        assertThat(priority.getSpec().isDefault()).isTrue();
        assertThat(priority.getSpec().preemptionPolicy()).isEqualTo(PreemptionPolicy.NEVER);
    }

    @Test
    void addsTheUnitsOfADuration() {
        assertThat(ApiDuration.parse("1h2m3s4ms"))
                .isEqualTo(Duration.ofHours(1).plusMinutes(2).plusSeconds(3).plusMillis(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "1d", "-1s", "1.5s", "100000s", "s"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> ApiDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
