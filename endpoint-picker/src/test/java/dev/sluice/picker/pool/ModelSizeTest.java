package dev.sluice.picker.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSizeTest {
    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-70B-Instruct, 70, 70",
        "llama-3.1-8b, 8, 8",
        "llama3:8b, 8, 8",
        "Qwen/Qwen2.5-0.5B-Instruct, 0.5, 0.5",
        "Qwen2.5-7B-Instruct-1M, 7, 7",
        "Yi-34B-200K, 34, 34",
        "google/gemma-3n-E4B-it, 4, 4",
        "DeepSeek-R1-Distill-Qwen-32B, 32, 32",
        "Llama-3.1-405B-Instruct-FP8, 405, 405",
        "openai/gpt-oss-120b, 120, 120",
        "Qwen/Qwen3-30B-A3B-Instruct-2507, 30, 3",
        "Qwen3-235B-A22B-FP8, 235, 22",
        "some_70b_gptq_int4, 70, 70",
        "HuggingFaceTB/SmolLM2-135M, 0.135, 0.135",
        "/mnt/70b-disk/Llama-3.1-8B-Instruct, 8, 8",
        "/hub/models--Qwen--Qwen3-32B/snapshots/9216db5781bf21249d130ec9da846c4624c16137, 32, 32"
    })
    void isReadFromAName(String name, double total, double active) {
        assertThat(ModelSize.ofName(name)).hasValue(new ModelSize(total, active));
    }

    @Test
    void aMixtureHasFewerParametersThanItsExpertsAndFewerStillAreActive() {
        assertThat(ModelSize.ofName("mistralai/Mixtral-8x7B-Instruct-v0.1")).hasValueSatisfying(size -> {
            assertThat(size.total()).isBetween(40.0, 56.0);
            assertThat(size.active()).isBetween(7.0, 14.0);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "served-model",
                "llama",
                "7Bench",
                "bench-7bench",
                "llama-8b2",
                "x-123456789012345678901234567890b",
                "llm-v0.1b2",
                "gpt-4o-mini",
                "model-4bit",
                "context-128k",
                "abc8b",
                "x-99999999b",
                "x-99999999999999999999x7b",
                "0b",
                "phi-3-mini-4k-instruct"
            })
    void isNotGuessed(String name) {
        assertThat(ModelSize.ofName(name)).isEmpty();
    }
}
