package dev.sluice.picker.constants;

import dev.sluice.picker.decision.PricePart;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tables of `docs/COST_CONSTANTS.md`: one of the parts of a price, and one of each group of constants.
final class ConstantsPage {
    static final List<Class<?>> GROUPS = List.of(
            PriceConstants.class,
            LoadConstants.class,
            HardwareConstants.class,
            RateConstants.class,
            ObservationConstants.class);

    private static final double NANOS_PER_SECOND = 1e9;

    private ConstantsPage() {}

    /// The page with what stands between its markers made anew.
    static String filledIn(String page) {
        String filled = between("parts", parts(), page);
        for (Class<?> group : GROUPS) {
            filled = between(group.getSimpleName(), constants(group), filled);
        }
        return filled;
    }

    private static String between(String name, String table, String page) {
        Pattern region = Pattern.compile("(<!-- %s -->\n).*?(<!-- /%s -->)".formatted(name, name), Pattern.DOTALL);
        Matcher found = region.matcher(page);
        if (!found.find()) {
            throw new IllegalArgumentException("the page has no <!-- " + name + " --> … <!-- /" + name + " -->");
        }
        return found.replaceFirst("$1" + Matcher.quoteReplacement(table) + "$2");
    }

    private static String parts() {
        return Arrays.stream(PricePart.values())
                .map(part -> "| `%s` | %s |\n".formatted(part.label(), part.meaning()))
                .collect(Collectors.joining("", "| part | what it is |\n|---|---|\n", ""));
    }

    private static String constants(Class<?> group) {
        return Arrays.stream(group.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(CostConstant.class))
                .map(ConstantsPage::row)
                .collect(Collectors.joining(
                        "",
                        "| constant | value | range | kind | parts | what it is | source |\n|---|---|---|---|---|---|---|\n",
                        ""));
    }

    private static String row(Field field) {
        CostConstant constant = field.getAnnotation(CostConstant.class);
        String unit = constant.unit().equals("ns") ? "s" : constant.unit();
        return "| `%s` | %s %s | %s to %s | %s | %s | %s | %s |\n"
                .formatted(
                        field.getName(),
                        number(value(field), constant),
                        unit,
                        number(constant.least(), constant),
                        number(constant.most(), constant),
                        constant.kind().name().toLowerCase(Locale.ROOT),
                        Arrays.stream(constant.parts()).map(PricePart::label).collect(Collectors.joining(", ")),
                        constant.meaning(),
                        constant.source());
    }

    private static double value(Field field) {
        try {
            return ((Number) field.get(null)).doubleValue();
        } catch (IllegalAccessException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static String number(double value, CostConstant constant) {
        double shown = constant.unit().equals("ns") ? value / NANOS_PER_SECOND : value;
        BigDecimal exact = BigDecimal.valueOf(shown).stripTrailingZeros();
        return exact.scale() <= 0 ? String.format(Locale.ROOT, "%,d", exact.longValueExact()) : exact.toPlainString();
    }
}
