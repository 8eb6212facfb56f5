package dev.sluice.api.upstream;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Upstream's InferenceModelRewrite: which model's requests go on under which names, in one pool.
public abstract class ModelRewrite extends CustomResource<ModelRewrite.ModelRewriteSpec, Void> implements Namespaced {
    /// @param rules the first that matches counts; one for a name goes before one for all
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ModelRewriteSpec(LegacyPoolRef poolRef, List<Rule> rules) {
        public ModelRewriteSpec {
            rules = rules == null ? List.of() : List.copyOf(rules);
        }
    }

    /// @param matches any of them is enough; none matches all requests, also those that name no model
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Rule(List<Match> matches, List<RewriteTarget> targets) {
        public Rule {
            matches = matches == null ? List.of() : List.copyOf(matches);
            targets = targets == null ? List.of() : List.copyOf(targets);
        }
    }

    /// @param model null matches all, as no match does
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Match(@Nullable Name model) {}

    /// @param value of the request's model, all of it
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Name(String value) {}

    /// @param weight its share; where some targets have one, those without get nothing
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RewriteTarget(
            String modelRewrite, @Nullable Integer weight) {}
}
