package dev.sluice.picker.cost;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// An accelerator as its data sheet describes it.
///
/// @param name with a hyphen where it is a variant of another one: `H100-PCIe` is an `H100`
/// @param words lists of words: a product whose name has all words of one of them is this accelerator
/// @param teraflops dense, in BF16 or, where there is none, FP16
/// @param source the data sheet and its year
record AcceleratorSpec(
        String name,
        List<List<String>> words,
        double teraflops,
        double gigabytesPerSecond,
        double memoryGigabytes,
        String source) {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^A-Z0-9]+");

    AcceleratorSpec {
        words = words.stream().map(List::copyOf).toList();
    }

    /// The words of a product's name: `NVIDIA-H100-80GB-HBM3` has H100 among them, `nvidia-tesla-a100` A100.
    static Set<String> words(String product) {
        return Arrays.stream(BETWEEN_WORDS.split(product.toUpperCase(Locale.ROOT), -1))
                .collect(Collectors.toUnmodifiableSet());
    }

    boolean isNamedBy(Set<String> productWords) {
        return words.stream().anyMatch(productWords::containsAll);
    }

    /// Measurements of the other accelerator tell of this one: it is the same, or has the same chip.
    boolean isLike(String other) {
        return name.equals(other) || name.startsWith(other + "-");
    }
}
