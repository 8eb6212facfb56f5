package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNamesTest {
    @ParameterizedTest
    @CsvSource({
        // root, label, by resources, told
        "'', '', chat, chat",
        "Qwen/Qwen3-32B, chat, chat, Qwen/Qwen3-32B",
        "/models/weights, Qwen3-32B, chat, Qwen3-32B",
        "meta-llama/Llama-3.1-8B-Instruct, llama-8b, llama-8b, llama-8b",
        "meta-llama/Llama-3.1-70B, llama-8b, llama-8b, meta-llama/Llama-3.1-70B",
        "Qwen/Qwen3-30B-A3B, qwen-30b, qwen-30b, Qwen/Qwen3-30B-A3B",
        "/models/weights, chat, llama-8b, llama-8b",
        "deepseek-ai/DeepSeek-V3, chat, chat, deepseek-ai/DeepSeek-V3",
        "'', served, '', served"
    })
    void theNameThatTellsTheSizeCounts(String root, String label, String declared, String told) {
        ModelNames names =
                ModelNames.NONE.with(ModelNames.Source.METRICS, label).with(ModelNames.Source.LIST, root);
        assertThat(names.telling(declared)).isEqualTo(told);
    }
}
