package dev.sluice.picker.app.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.picker.decision.ScorerWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Upstream's configuration file, as far as it can be honoured: which of its scorers count how much in its default
/// profile.
///
/// What else upstream's own default configuration has is what the picker does in any case, and is accepted; every other
/// plugin is an error, because without it requests would go elsewhere than its user expects.
public final class EndpointPickerConfig {
    private static final String KIND = "EndpointPickerConfig";
    private static final Set<String> VERSIONS = Set.of("llm-d.ai/v1alpha1", "inference.networking.x-k8s.io/v1alpha1");

    private static final String QUEUE = "queue-scorer";
    private static final String KV_CACHE = "kv-cache-utilization-scorer";
    private static final String PREFIX = "prefix-cache-scorer";
    private static final Set<String> SCORERS = Set.of(QUEUE, KV_CACHE, PREFIX);

    /// The weight of scorers that have none.
    private static final float UNWEIGHTED = 1;

    private static final Set<String> IMPLIED = Set.of(
            "max-score-picker",
            "single-profile-handler",
            "utilization-detector",
            "metrics-data-source",
            "core-metrics-extractor",
            "models-data-source",
            "models-data-extractor",
            "approx-prefix-cache-producer",
            "token-producer",
            "inflight-load-producer",
            "openai-parser",
            "anthropic-parser",
            "passthrough-parser");

    private EndpointPickerConfig() {}

    /// The scorers' weights, or null when the file is of another kind.
    ///
    /// @throws IllegalArgumentException when it asks for what the picker does not have
    public static @Nullable ScorerWeights weights(Path file) throws IOException {
        JsonNode root = new YAMLMapper().readTree(file.toFile());
        if (!root.path("kind").asText().equals(KIND)) {
            return null;
        }
        if (!VERSIONS.contains(root.path("apiVersion").asText())) {
            throw new IllegalArgumentException(file + ": " + KIND + " of unknown version '"
                    + root.path("apiVersion").asText() + "'");
        }
        Map<String, String> types = types(file, root.path("plugins"));
        Map<String, Float> weights = new HashMap<>();
        for (JsonNode plugin : defaultProfile(file, root.path("schedulingProfiles"))) {
            String name = plugin.path("pluginRef").asText();
            String type = types.get(name);
            if (type == null) {
                throw new IllegalArgumentException(file + ": no plugin is named '" + name + "'");
            }
            if (SCORERS.contains(type)) {
                weights.put(
                        type,
                        plugin.has("weight") ? (float) plugin.path("weight").asDouble() : UNWEIGHTED);
            }
        }
        return new ScorerWeights(
                weights.getOrDefault(QUEUE, 0f), weights.getOrDefault(KV_CACHE, 0f), weights.getOrDefault(PREFIX, 0f));
    }

    /// The types of the plugins by their names; a plugin without a name has that of its type.
    private static Map<String, String> types(Path file, JsonNode plugins) {
        Map<String, String> types = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (JsonNode plugin : plugins) {
            String type = plugin.path("type").asText();
            types.put(plugin.path("name").asText(type), type);
            if (!SCORERS.contains(type) && !IMPLIED.contains(type)) {
                unknown.add(type);
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    file + ": plugins that this picker does not have: " + String.join(", ", unknown));
        }
        return types;
    }

    private static JsonNode defaultProfile(Path file, JsonNode profiles) {
        if (profiles.size() == 1) {
            return profiles.get(0).path("plugins");
        }
        for (JsonNode profile : profiles) {
            if (profile.path("name").asText().equals("default")) {
                return profile.path("plugins");
            }
        }
        throw new IllegalArgumentException(file + ": there is no default scheduling profile");
    }
}
