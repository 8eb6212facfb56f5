package dev.sluice.e2e.chart;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.stack.Client;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The quickstart as its user sees it: the Gateway's address, and what the shared picker explains.
record InstalledQuickstart(KubernetesClient kubernetes) {
    /// The address of the quickstart's Gateway; null where it has none yet.
    @Nullable
    String gatewayAddress(String namespace) {
        Gateway gateway = kubernetes
                .resources(Gateway.class)
                .inNamespace(namespace)
                .withName("inference")
                .get();
        if (gateway.getStatus() == null || gateway.getStatus().getAddresses().isEmpty()) {
            return null;
        }
        return gateway.getStatus().getAddresses().getFirst().getValue();
    }

    /// The IP address of the server that a request went to.
    String chosen(String requestId) throws IOException {
        String picker = kubernetes
                .services()
                .inNamespace(Helm.NAMESPACE)
                .withName("sluice-endpoint-picker")
                .get()
                .getSpec()
                .getClusterIP();
        try (Client explanations = new Client(URI.create("http://" + picker + ":9090"))) {
            String chosen = new JsonMapper()
                    .readTree(explanations.get("/explain/" + requestId).body())
                    .path("chosen")
                    .asText();
            return chosen.substring(0, chosen.indexOf(':'));
        }
    }
}
