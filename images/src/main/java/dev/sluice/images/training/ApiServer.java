package dev.sluice.images.training;

import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferenceModel;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An API server that only keeps and watches resources, over TLS as a cluster's.
final class ApiServer implements AutoCloseable {
    /// Those that are not Kubernetes' own.
    private static final List<Class<? extends CustomResource<?, ?>>> KINDS =
            List.of(InferencePool.class, InferenceModel.class);

    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), true);
    private final KubernetesClient client;

    private ApiServer() {
        server.init(InetAddress.getLoopbackAddress(), 0);
        for (Class<? extends CustomResource<?, ?>> kind : KINDS) {
            server.expectCustomResource(CustomResourceDefinitionContext.fromCustomResourceType(kind));
        }
        client = server.createClient();
    }

    static ApiServer start() {
        return new ApiServer();
    }

    KubernetesClient client() {
        return client;
    }

    /// How a program finds it.
    Map<String, String> environment() {
        return Map.of(
                "KUBERNETES_MASTER",
                "https://localhost:" + server.getPort() + "/",
                "KUBERNETES_TRUST_CERTIFICATES",
                "true",
                "KUBERNETES_NAMESPACE",
                "default",
                "KUBECONFIG",
                "/nonexistent");
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
