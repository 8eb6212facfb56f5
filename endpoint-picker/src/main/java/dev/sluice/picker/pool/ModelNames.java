package dev.sluice.picker.pool;

import java.util.Optional;
import java.util.stream.Stream;

/// The names that an engine gives its base model, and which of them tells the model's size.
///
/// @param root where the engine loaded the model from, by its list of models; empty where it does not say
/// @param served the name under which its metrics count; empty where it does not say
public record ModelNames(String root, String served) {
    static final ModelNames NONE = new ModelNames("", "");

    /// The place where an engine names its model.
    public enum Source {
        /// `root` in the list of models.
        LIST,
        /// The label `model_name` of its metrics.
        METRICS
    }

    ModelNames with(Source source, String name) {
        return switch (source) {
            case LIST -> new ModelNames(name, served);
            case METRICS -> new ModelNames(root, name);
        };
    }

    /// The engine said this name there before.
    boolean has(Source source, String name) {
        return name.equals(source == Source.LIST ? root : served);
    }

    /// The model's name, from which its size is read. What the engine loaded counts first, then what it
    /// serves, then the name that resources give it; a name that tells no size counts only where none does. A
    /// name that tells the same size as the resources' is not taken, so that what was learned under theirs is
    /// kept. Example: an InferenceModel `chat` on an engine that loaded `Qwen/Qwen3-32B` is `Qwen/Qwen3-32B`;
    /// `llama-8b` on one that loaded `Llama-3.1-8B` stays `llama-8b`.
    String telling(String declared) {
        Optional<ModelSize> known = ModelSize.ofName(declared);
        Optional<String> sized = Stream.of(root, served)
                .filter(name -> ModelSize.ofName(name).isPresent())
                .findFirst();
        if (sized.isPresent()) {
            return ModelSize.ofName(sized.get()).equals(known) ? declared : sized.get();
        }
        return known.isPresent()
                ? declared
                : Stream.of(root, served)
                        .filter(name -> !name.isEmpty())
                        .findFirst()
                        .orElse(declared);
    }
}
