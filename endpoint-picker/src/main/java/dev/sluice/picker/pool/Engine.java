package dev.sluice.picker.pool;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The inference server an endpoint runs, which decides the names of its metrics.
public enum Engine {
    VLLM("vllm"),
    SGLANG("sglang"),
    /// TensorRT-LLM by its own server, `trtllm-serve`.
    TRTLLM_SERVE("trtllm-serve"),
    /// TensorRT-LLM as a backend of Triton.
    TRITON_TENSORRT_LLM("triton-tensorrt-llm"),
    /// Triton with any other backend.
    TRITON("triton"),
    /// Hugging Face's Text Generation Inference.
    TGI("tgi"),
    /// Nothing says which one it is but what it prints.
    DETECTED(null);

    private final @Nullable String label;

    Engine(@Nullable String label) {
        this.label = label;
    }

    /// The value by which pods name it; empty for one that no label names.
    public String label() {
        return label == null ? "" : label;
    }

    /// The engine that pods name by this label value; none for a name that is not known.
    public static Optional<Engine> labelled(String value) {
        return Arrays.stream(values()).filter(each -> value.equals(each.label)).findFirst();
    }
}
