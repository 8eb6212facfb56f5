package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.standalone.envoy.Checkout;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every sample that is for a cluster, as an API server takes it. Those of `demo/` are for `sluice standalone`.
class SamplesIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.withDefinitions();

    private static final Path SAMPLES = Checkout.root().resolve("config/samples");

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .map(SAMPLES::relativize)
                    .filter(file -> !file.startsWith("demo"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void applies(Path sample) throws IOException {
        String text = Files.readString(SAMPLES.resolve(sample));
        // The others are only tried: what stands in a namespace of the sample's own needs that to be there.
        CHARTS.client().load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).items().stream()
                .filter(Namespace.class::isInstance)
                .forEach(namespace -> CHARTS.client().resource(namespace).serverSideApply());
        new StrictApply(CHARTS.client()).accept(text);
    }

    @Test
    void aMisspeltFieldWouldBeRefused() throws IOException {
        String pool = Files.readString(SAMPLES.resolve("quickstart/pool.yaml"));
        assertThatThrownBy(() -> new StrictApply(CHARTS.client()).accept(pool.replace("scheduling:", "schedulling:")))
                .hasMessageContaining("schedulling");
    }

    @Test
    void whatTheyStartIsOfTheChartsVersion() throws IOException {
        JsonNode chart =
                new YAMLMapper().readTree(Helm.operator().resolve("Chart.yaml").toFile());
        List<String> images;
        try (InputStream yaml = Files.newInputStream(SAMPLES.resolve("quickstart/model-servers.yaml"))) {
            images = CHARTS.client().load(yaml).items().stream()
                    .map(Deployment.class::cast)
                    .flatMap(deployment -> deployment.getSpec().getTemplate().getSpec().getContainers().stream())
                    .map(container -> container.getImage())
                    .toList();
        }
        assertThat(images)
                .containsExactly("sluice/simulator:" + chart.path("appVersion").asText());
    }
}
