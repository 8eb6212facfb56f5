package dev.sluice.e2e.chart;

import dev.sluice.release.content.InstallManifest;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The file for clusters without Helm has both charts with their default values.
class InstallManifestIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.empty();

    private static final String FILE = "deploy/manifests/install.yaml";

    @TempDir
    private static Path folder;

    @Test
    void theFileIsWhatTheChartsRender() throws Exception {
        new GeneratedFile(FILE, InstallManifestIT.class).assertIs(rendered());
    }

    @Test
    void everyObjectApplies() throws Exception {
        CHARTS.cluster().installGatewayApi();
        CHARTS.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(Helm.NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
        new StrictApply(CHARTS.client()).accept(rendered());
    }

    private static String rendered() throws IOException, InterruptedException {
        Helm helm = new Helm(folder.resolve("no-cluster"), folder);
        return InstallManifest.of(
                "Written by InstallManifestIT.",
                List.of(helm.offline(Helm.definitions()), helm.offline(Helm.operator())));
    }
}
