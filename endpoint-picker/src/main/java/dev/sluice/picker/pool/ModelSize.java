package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.HardwareConstants.LARGEST_BILLIONS;
import static dev.sluice.picker.constants.HardwareConstants.MIXTURE_ACTIVE;
import static dev.sluice.picker.constants.HardwareConstants.MIXTURE_TOTAL;
import static dev.sluice.picker.constants.HardwareConstants.SMALLEST_BILLIONS;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The size of a model in billions of parameters.
///
/// Names tell it: `Llama-3.1-70B` has 70 billion parameters, `Qwen3-30B-A3B` 30 billion of which 3 are active
/// for a token, `Mixtral-8x7B` eight experts of 7 billion that share their attention. Context lengths
/// (`128k`, `1M`), versions (`v0.1`, `3.1`), precisions (`4bit`) and words (`7Bench`) are no sizes.
///
/// @param active parameters that one token passes through: fewer than all in a mixture of experts
public record ModelSize(double total, double active) {
    private static final double MILLIONS_PER_BILLION = 1e3;
    private static final String NUMBER = "(\\d{1,6}(?:\\.\\d{1,6})?)";
    private static final Pattern EXPERTS = between("(\\d{1,4})x" + NUMBER + "b");
    private static final Pattern BILLIONS = between("e?" + NUMBER + "b");
    private static final Pattern ACTIVE = between("a" + NUMBER + "b");
    private static final Pattern MILLIONS = between("(\\d{2,3})m");

    private static Pattern between(String size) {
        return Pattern.compile("(?<![a-z0-9.])" + size + "(?![a-z0-9])");
    }

    /// The size of a model of that name; empty where the name does not tell it. Of a path its last part counts
    /// first: `/mnt/70b/llama-8b` has 8 billion parameters.
    public static Optional<ModelSize> ofName(String model) {
        String name = model.toLowerCase(Locale.ROOT).replace('_', '-');
        return inText(name.substring(name.lastIndexOf('/') + 1)).or(() -> inText(name));
    }

    private static Optional<ModelSize> inText(String name) {
        Matcher experts = EXPERTS.matcher(name);
        if (experts.find()) {
            double each = Double.parseDouble(experts.group(2));
            double all = MIXTURE_TOTAL * Double.parseDouble(experts.group(1)) * each;
            return sane(all, Math.min(all, MIXTURE_ACTIVE * each));
        }
        Matcher billions = BILLIONS.matcher(name);
        if (billions.find()) {
            double total = Double.parseDouble(billions.group(1));
            Matcher active = ACTIVE.matcher(name);
            return sane(total, active.find() ? Math.min(total, Double.parseDouble(active.group(1))) : total);
        }
        Matcher millions = MILLIONS.matcher(name);
        if (millions.find()) {
            double total = Double.parseDouble(millions.group(1)) / MILLIONS_PER_BILLION;
            return sane(total, total);
        }
        return Optional.empty();
    }

    /// No served model is larger or smaller: such a number means something else.
    private static Optional<ModelSize> sane(double total, double active) {
        return total >= SMALLEST_BILLIONS && total <= LARGEST_BILLIONS && active > 0
                ? Optional.of(new ModelSize(total, active))
                : Optional.empty();
    }

    /// The distance between two sizes: 0 for the same, 1 for a factor of e.
    public double distance(ModelSize other) {
        return Math.max(Math.abs(Math.log(total / other.total)), Math.abs(Math.log(active / other.active)));
    }
}
