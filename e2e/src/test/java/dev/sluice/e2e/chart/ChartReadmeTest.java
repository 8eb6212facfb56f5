package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.e2e.chart.DescribedValues.Value;
import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The tables of the chart's page are the comments of values.yaml; what stands before them is written by hand.
class ChartReadmeTest {
    private static final String PAGE = "deploy/helm/sluice/README.md";
    private static final String HEADING = "## Values\n";

    @Test
    void thePageHasTheValuesOfTheChart() throws IOException {
        String page = Files.readString(Checkout.root().resolve(PAGE));
        String byHand = page.substring(0, page.indexOf(HEADING));
        new GeneratedFile(PAGE, ChartReadmeTest.class).assertIs(byHand + HEADING + tables(values()));
    }

    @Test
    void everyValueHasAComment() throws IOException {
        assertThat(values().values())
                .hasSizeGreaterThan(50)
                .filteredOn(value -> !value.isSection())
                .allSatisfy(
                        value -> assertThat(value.comment()).as(value.path()).isNotEmpty());
    }

    @Test
    void theFileOfEveryValueHasEveryValue() throws IOException {
        JsonNode every = new YAMLMapper().readTree(Files.readString(ChartValues.every()));
        assertThat(values().values())
                .filteredOn(
                        value -> every.at("/" + value.path().replace('.', '/')).isMissingNode())
                .isEmpty();
    }

    private static DescribedValues values() throws IOException {
        return DescribedValues.parse(Files.readString(ChartValues.defaults()));
    }

    private static String tables(DescribedValues described) {
        StringBuilder page = new StringBuilder("""

                Written by `ChartReadmeTest` from the comments of [values.yaml](values.yaml). A value that is not here is refused.
                """);
        List<Value> loose = described.values().stream()
                .filter(value -> value.section().isEmpty() && !value.isSection())
                .toList();
        page.append(table(loose));
        for (Value section : described.values()) {
            if (section.isSection() && section.section().isEmpty()) {
                page.append("\n### ")
                        .append(section.path())
                        .append("\n\n")
                        .append(section.comment())
                        .append('\n');
                page.append(table(described.values().stream()
                        .filter(value -> value.section().equals(section.path()) && !value.isSection())
                        .toList()));
            }
        }
        return page.toString();
    }

    private static String table(List<Value> values) {
        StringBuilder table = new StringBuilder("\n| value | default | meaning |\n|---|---|---|\n");
        for (Value value : values) {
            String shown = value.defaultValue().equals("null") ? "unset" : "`" + value.defaultValue() + "`";
            table.append("| `%s` | %s | %s |\n"
                    .formatted(value.path(), shown, value.comment().replace("|", "\\|")));
        }
        return table.toString();
    }
}
