package dev.sluice.bench.rig;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The form in which reports write figures and tables.
public final class Markdown {
    private Markdown() {}

    public static String row(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /// A median and how far the rounds lie apart.
    public static String cell(Optional<RoundsRange> spread) {
        return spread.map(each -> "%s (%s–%s)".formatted(number(each.median()), number(each.min()), number(each.max())))
                .orElse("–");
    }

    /// Three digits that count.
    public static String number(double value) {
        if (value == 0) {
            return "0";
        }
        int whole = (int) Math.floor(Math.log10(Math.abs(value))) + 1;
        return String.format(Locale.ROOT, "%,." + Math.clamp(3 - whole, 0, 4) + "f", value);
    }
}
