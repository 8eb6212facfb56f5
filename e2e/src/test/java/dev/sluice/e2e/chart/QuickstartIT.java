package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.api.v1alpha1.InferenceModel;
import dev.sluice.cluster.node.Images;
import dev.sluice.e2e.stack.Client;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What INSTALL.md promises, in its order, from an empty cluster.
@Timeout(600)
class QuickstartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static Quickstart quickstart;
    private static KubernetesClient kubernetes;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        quickstart = Quickstart.start(Images.standard());
        kubernetes = quickstart.kubernetes();
    }

    @AfterAll
    static void stop() {
        if (quickstart != null) {
            quickstart.close();
        }
    }

    @Test
    void fromAnEmptyClusterToAnAnswerAndBack() throws Exception {
        quickstart.install();
        Helm helm = quickstart.helm();
        assertThat(helm.test(Helm.operator())).contains("Phase:          Succeeded");
        quickstart.applySamples();

        try (Client client = quickstart.client()) {
            HttpResponse<String> answer = client.post("/v1/chat/completions", Quickstart.CHAT);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"choices\"").contains("\"model\":\"chat\"");
            assertThat(client.get("/v1/models").body()).contains("\"chat\"");

            quickstart.awaitModel("True", 3);
            assertThat(quickstart.served(client)).isIn(quickstart.podAddresses());

            quickstart.sessionsOutliveThePicker(client);

            quickstart.scale(2);
            quickstart.awaitModel("True", 2);
            assertThat(quickstart.served(client)).isIn(quickstart.podAddresses());

            quickstart.scale(0);
            quickstart.awaitModel("False", 0);

            quickstart.scale(3);
            quickstart.awaitModel("True", 3);
            assertThat(client.post("/v1/chat/completions", Quickstart.CHAT).statusCode())
                    .isEqualTo(200);
        }

        quickstart.deleteSamples();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(names(Quickstart.NAMESPACE)).isEmpty());
        var _ = helm.uninstall(Helm.operator());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(names(Helm.NAMESPACE)).isEmpty());
        var _ = helm.uninstall(Helm.definitions());
        assertThat(kubernetes
                        .resources(InferenceModel.class)
                        .inAnyNamespace()
                        .list()
                        .getItems())
                .isEmpty();
    }

    /// What runs in a namespace, and what it runs from.
    private static List<String> names(String namespace) {
        return Stream.of(
                        kubernetes.pods().inNamespace(namespace).list().getItems().stream(),
                        kubernetes.apps().deployments().inNamespace(namespace).list().getItems().stream(),
                        kubernetes.services().inNamespace(namespace).list().getItems().stream()
                                .filter(service ->
                                        !service.getMetadata().getName().equals("kubernetes")),
                        kubernetes.configMaps().inNamespace(namespace).list().getItems().stream()
                                .filter(map -> !map.getMetadata().getName().equals("kube-root-ca.crt")),
                        kubernetes.serviceAccounts().inNamespace(namespace).list().getItems().stream()
                                .filter(account ->
                                        !account.getMetadata().getName().equals("default")))
                .flatMap(objects -> objects)
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .toList();
    }
}
