package dev.sluice.e2e.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.LocalCluster;
import dev.sluice.e2e.chart.ChartValues;
import dev.sluice.e2e.chart.Helm;
import dev.sluice.e2e.cluster.Prerequisites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The charts stand before judges nobody here wrote: with default values, with those for production, and with
/// every value.
@Tag("real")
@Timeout(1800)
class ChartJudgesIT {
    @TempDir
    private static Path folder;

    private static LocalCluster cluster;
    private static Helm helm;

    /// The charts' objects as YAML, one file for each set of values.
    private static final List<Path> RENDERED = new ArrayList<>();

    @BeforeAll
    static void render() throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
        cluster = LocalCluster.start();
        cluster.installGatewayApi();
        helm = new Helm(cluster.kubeconfig(), folder.resolve("helm"));
        var _ = helm.install(Helm.definitions());
        RENDERED.add(write("default", helm.offline(Helm.operator())));
        for (Path values : List.of(ChartValues.production(), ChartValues.every())) {
            RENDERED.add(write(
                    values.getFileName().toString(), helm.offline(Helm.operator(), "--values", values.toString())));
        }
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void helmLintFindsNothing() throws Exception {
        assertThat(helm.lint(Helm.definitions())).contains("0 chart(s) failed").doesNotContain("[WARNING]", "[ERROR]");
        for (Path values : List.of(ChartValues.defaults(), ChartValues.production(), ChartValues.every())) {
            assertThat(helm.lint(Helm.operator(), "--values", values.toString()))
                    .contains("0 chart(s) failed")
                    .doesNotContain("[WARNING]", "[ERROR]");
        }
    }

    @Test
    void kubeconformFindsNothing() throws Exception {
        Path schemas = Files.createDirectories(folder.resolve("schemas"));
        OpenApiSchemas kinds = new OpenApiSchemas(cluster.client().raw("/openapi/v2"));
        assertThat(kinds.write(schemas)).isGreaterThan(100);
        Judge kubeconform = new Kubeconform(schemas);
        for (Path manifest : RENDERED) {
            assertThat(kubeconform.findings(manifest)).as(manifest.toString()).isEmpty();
        }
        Path definitions = write("definitions", helm.offline(Helm.definitions()));
        assertThat(kubeconform.findings(definitions)).isEmpty();

        String wrong = Files.readString(RENDERED.getFirst()).replace("readinessProbe:", "readynessProbe:");
        assertThat(kubeconform.findings(write("wrong", wrong)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("readynessProbe"));
    }

    @Test
    void kubeScoreAndCheckovFindNothingButWhatIsExcused() throws Exception {
        Excuses excuses = new Excuses();
        Set<Finding> left = new LinkedHashSet<>();
        for (Judge judge : List.of(new KubeScore(), new Checkov())) {
            for (Path manifest : RENDERED) {
                judge.findings(manifest).stream()
                        .filter(finding -> !excuses.covers(finding))
                        .forEach(left::add);
            }
        }
        assertThat(left)
                .as("findings; fix them, or give a reason in %s", Excuses.FILE)
                .isEmpty();
        assertThat(excuses.unused()).as("excuses without a finding").isEmpty();
    }

    private static Path write(String name, String yaml) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), yaml);
    }
}
