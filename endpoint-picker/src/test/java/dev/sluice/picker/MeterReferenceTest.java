package dev.sluice.picker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/METRICS.md` has every meter of the picker and of the operator, and no other.
class MeterReferenceTest {
    private static final List<Path> SOURCES =
            List.of(Path.of("src/main/java"), Path.of("../operator/src/main/java/dev/sluice/operator/telemetry"));

    private static final Pattern METER = Pattern.compile("\"(sluice(?:\\.[a-z]+)+)\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(sluice_[a-z_]+)` \\| (\\w+) \\|");

    @Test
    void thePageHasEveryMeterUnderTheNameThatPrometheusSees() throws IOException {
        String page = Files.readString(Path.of("../docs/METRICS.md"));
        Set<String> told = ROW.matcher(page)
                .results()
                .map(row -> withoutSuffix(row.group(1), row.group(2)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(registered());
    }

    /// Prometheus's names end in what a meter is: counters in `_total`, timers in their unit.
    private static String withoutSuffix(String name, String type) {
        String suffix = switch (type) {
            case "counter" -> "_total";
            case "histogram", "summary" -> "_seconds";
            case "gauge" -> "";
            default -> throw new AssertionError("the type of " + name + " is " + type);
        };
        assertThat(name).endsWith(suffix);
        return name.substring(0, name.length() - suffix.length());
    }

    private static Set<String> registered() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path folder : SOURCES) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    METER.matcher(Files.readString(file))
                            .results()
                            .forEach(found -> names.add(found.group(1).replace('.', '_')));
                }
            }
        }
        names.removeIf(name -> name.startsWith("sluice_dev"));
        return names;
    }
}
