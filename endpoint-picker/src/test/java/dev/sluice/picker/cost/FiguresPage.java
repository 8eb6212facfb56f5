package dev.sluice.picker.cost;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tables of `docs/PUBLISHED_RATES.md`, made from the file that the picker reads.
final class FiguresPage {
    private FiguresPage() {}

    /// The page with what stands between its markers made anew.
    static String filledIn(String page) {
        PublishedFigures figures = PublishedFigures.bundled();
        String filled = between("accelerators", accelerators(figures), page);
        filled = between("models", models(figures), filled);
        return between("measured", measured(figures), filled);
    }

    private static String between(String name, String table, String page) {
        Pattern region = Pattern.compile("(<!-- %s -->\n).*?(<!-- /%s -->)".formatted(name, name), Pattern.DOTALL);
        Matcher found = region.matcher(page);
        if (!found.find()) {
            throw new IllegalArgumentException("the page has no <!-- " + name + " --> … <!-- /" + name + " -->");
        }
        return found.replaceFirst("$1" + Matcher.quoteReplacement(table) + "$2");
    }

    private static String accelerators(PublishedFigures figures) {
        return figures.accelerators().stream()
                .map(each -> "| %s | %s | %s | %s | %s | %s |\n"
                        .formatted(
                                each.name(),
                                each.words().stream()
                                        .map(words -> String.join(" ", words))
                                        .collect(Collectors.joining(", ")),
                                number(each.teraflops()),
                                number(each.gigabytesPerSecond()),
                                number(each.memoryGigabytes()),
                                each.source()))
                .collect(Collectors.joining(
                        "",
                        "| accelerator | words of its name | TFLOPS | GB/s | GB | source |\n|---|---|---|---|---|---|\n",
                        ""));
    }

    private static String models(PublishedFigures figures) {
        return figures.models().stream()
                .map(each -> "| %s | %s | %s | %s | %s | %s |\n"
                        .formatted(
                                each.name(),
                                number(each.parameters().total()),
                                number(each.parameters().active()),
                                number(each.attention().kvBytesPerToken() / 1024),
                                String.join(", ", each.names()),
                                each.source()))
                .collect(Collectors.joining(
                        "",
                        "| size | parameters, 10⁹ | active | KV cache, KiB a token | names | source |\n|---|---|---|---|---|---|\n",
                        ""));
    }

    private static String measured(PublishedFigures figures) {
        return figures.measured().stream()
                .map(each -> "| %s | %s | %d | %s | %s |\n"
                        .formatted(
                                each.accelerator(),
                                each.model(),
                                each.accelerators(),
                                numbers(each.prefill()),
                                numbers(each.step())))
                .collect(Collectors.joining(
                        "",
                        "| accelerator | model | accelerators | p0, p1, p2 | d0, d1, d2 |\n|---|---|---|---|---|\n",
                        ""));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(FiguresPage::number).collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
