package dev.sluice.picker.app.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.app.Main;
import dev.sluice.picker.decision.ScorerWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ExitCode;

/// Configuration files of upstream's picker.
class EndpointPickerConfigTest {
    @TempDir
    Path folder;

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), yaml);
    }

    @Test
    void readsTheWeightsOfTheDefaultProfile() throws IOException {
        assertThat(EndpointPickerConfig.weights(file("""
                apiVersion: llm-d.ai/v1alpha1
                kind: EndpointPickerConfig
                plugins:
                - {name: q, type: queue-scorer}
                - {type: prefix-cache-scorer, parameters: {matchLengthWeight: 0}}
                - {type: kv-cache-utilization-scorer}
                - {type: max-score-picker}
                schedulingProfiles:
                - name: other
                  plugins: [{pluginRef: q, weight: 9}]
                - name: default
                  plugins:
                  - {pluginRef: q, weight: 0.5}
                  - {pluginRef: prefix-cache-scorer}
                  - {pluginRef: max-score-picker}
                """))).isEqualTo(new ScorerWeights(.5f, 0, 1));
        assertThat(EndpointPickerConfig.weights(file("""
                apiVersion: inference.networking.x-k8s.io/v1alpha1
                kind: EndpointPickerConfig
                plugins: [{type: kv-cache-utilization-scorer}]
                schedulingProfiles: [{name: only, plugins: [{pluginRef: kv-cache-utilization-scorer, weight: 4}]}]
                """))).isEqualTo(new ScorerWeights(0, 4, 0));
        assertThat(EndpointPickerConfig.weights(file("pool-name: llama\n"))).isNull();
    }

    @Test
    void namesWhatItDoesNotHave() throws IOException {
        Path file = file("""
                apiVersion: llm-d.ai/v1alpha1
                kind: EndpointPickerConfig
                plugins: [{type: queue-scorer}, {type: lora-affinity-scorer}, {type: slo-headroom-tier-filter}]
                schedulingProfiles: [{name: default, plugins: [{pluginRef: queue-scorer}]}]
                """);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointPickerConfig.weights(file))
                .withMessageContaining("lora-affinity-scorer, slo-headroom-tier-filter");
        assertThat(Main.execute("--config-file=" + file)).isEqualTo(ExitCode.USAGE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointPickerConfig.weights(file("""
                        apiVersion: llm-d.ai/v1alpha1
                        kind: EndpointPickerConfig
                        plugins: [{type: queue-scorer}]
                        schedulingProfiles: [{name: default, plugins: [{pluginRef: gone}]}]
                        """)))
                .withMessageContaining("gone");
    }
}
