package dev.sluice.e2e.chart;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The file for clusters without Helm has both charts with their default values.
class InstallManifestIT {
    @RegisterExtension
    static final ChartCluster CHARTS = ChartCluster.empty();

    private static final String FILE = "deploy/manifests/install.yaml";

    private static final String HEAD = """
            # Sluice with the default values of its charts, for `kubectl apply --server-side -f`. Written by InstallManifestIT.
            ---
            apiVersion: v1
            kind: Namespace
            metadata:
              name: %s
              labels:
                app.kubernetes.io/part-of: sluice
            """.formatted(Helm.NAMESPACE);

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

    /// The objects without what says that Helm manages them.
    private static String rendered() throws IOException, InterruptedException {
        Helm helm = new Helm(folder.resolve("no-cluster"), folder);
        String text = HEAD + helm.offline(Helm.definitions()) + helm.offline(Helm.operator());
        return text.lines()
                        .filter(line -> !line.strip().startsWith("helm.sh/"))
                        .filter(line -> !line.strip().equals("app.kubernetes.io/managed-by: Helm"))
                        .collect(Collectors.joining("\n"))
                + "\n";
    }
}
