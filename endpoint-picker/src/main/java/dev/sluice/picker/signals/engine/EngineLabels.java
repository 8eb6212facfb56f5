package dev.sluice.picker.signals.engine;

import dev.sluice.picker.pool.signal.Adapters;
import dev.sluice.picker.signals.validation.LabelTexts;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Labels of engines' series that hold numbers and lists of adapters.
public final class EngineLabels {
    /// Labels whose values are lists of names.
    static final Set<String> LISTS = Set.of("running_lora_adapters", "waiting_lora_adapters");

    /// No engine has room for more.
    private static final int MOST_ADAPTERS = 100_000;

    /// The cache of one rank of vLLM by its own word: right also where several groups of layers share the
    /// blocks, and no sum over data-parallel ranks, as `num_gpu_blocks` is.
    static final String RANK_TOKENS = "kv_cache_size_tokens";

    private EngineLabels() {}

    /// The adapters that the labels of vLLM's `vllm:lora_requests_info` name.
    public static Adapters adapters(Map<String, String> labels) {
        double slots = number(labels, "max_lora");
        return new Adapters(
                adapters(labels.getOrDefault("running_lora_adapters", "")),
                adapters(labels.getOrDefault("waiting_lora_adapters", "")),
                slots <= MOST_ADAPTERS ? (int) slots : 0);
    }

    /// The capacity by the labels of vLLM's or SGLang's `cache_config_info`; 0 when they do not say.
    public static double capacityTokens(Map<String, String> labels) {
        double ofRank = number(labels, RANK_TOKENS);
        if (ofRank > 0) {
            return ofRank;
        }
        return Math.max(
                number(labels, "block_size") * number(labels, "num_gpu_blocks"),
                number(labels, "page_size") * number(labels, "num_pages"));
    }

    private static Set<String> adapters(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && LabelTexts.isShort(name))
                .collect(Collectors.toSet());
    }

    /// vLLM prints `None` for what is not known yet. That, and whatever else is no number, is 0.
    static double number(Map<String, String> labels, String label) {
        String value = labels.getOrDefault(label, "");
        if (value.isEmpty() || !Character.isDigit(value.charAt(0))) {
            return 0;
        }
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
