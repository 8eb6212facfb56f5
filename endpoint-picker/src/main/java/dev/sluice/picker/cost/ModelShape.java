package dev.sluice.picker.cost;

import dev.sluice.picker.pool.ModelSize;
import java.util.List;
import java.util.Locale;

/// The shape of one model, as its maker published it; it stands for all models of about its size.
///
/// @param parameters in billions
/// @param names parts of names that mean this shape although they do not tell its size, or not all of it
/// @param source the model whose `config.json` it is
record ModelShape(String name, ModelSize parameters, AttentionShape attention, List<String> names, String source) {
    /// The attention's shape decides how its time grows with the context.
    ///
    /// @param kvBytesPerToken of KV cache, in bf16
    record AttentionShape(int layers, int hidden, double kvBytesPerToken) {}

    ModelShape {
        names = List.copyOf(names);
    }

    /// A listed part stands in a model's name, as whole words. Where the name tells a size of its own only a
    /// part with a size knows more: `gpt-oss-120b` is a mixture, `deepseek-r1-distill-llama-8b` is what it
    /// says.
    boolean isNamedBy(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        boolean tellsSize = ModelSize.ofName(model).isPresent();
        return names.stream()
                .filter(part -> !tellsSize || ModelSize.ofName(part).isPresent())
                .anyMatch(part -> hasWords(name, part));
    }

    private static boolean hasWords(String name, String part) {
        int at = name.indexOf(part);
        return at >= 0
                && (at == 0 || !Character.isLetterOrDigit(name.charAt(at - 1)))
                && (at + part.length() == name.length() || !Character.isLetterOrDigit(name.charAt(at + part.length())));
    }
}
