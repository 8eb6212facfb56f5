package dev.sluice.bench.soak;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page of meters as Prometheus reads it.
record MeterPage(String text) {

    /// The sum of a family's samples; zero where it has none.
    double sum(String family) {
        return by(family, "").values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// A family's samples, added up by the value of a label.
    Map<String, Double> by(String family, String label) {
        Pattern value = Pattern.compile("[{,]" + label + "=\"(?<value>[^\"]*)\"");
        Map<String, Double> sums = new TreeMap<>();
        text.lines()
                .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
                .forEach(line -> {
                    Matcher match = value.matcher(line);
                    sums.merge(
                            match.find() ? match.group("value") : "",
                            Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                            Double::sum);
                });
        return sums;
    }
}
