package dev.sluice.cluster.node.spec;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// The API server's answers about a node's pods. Each call fails with a `KubernetesClientException`.
public final class PodApi {
    /// As many as one HTTP/2 connection carries with ease: hundreds of pods may want something at once.
    private static final int CONCURRENCY = 32;

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final Semaphore calls = new Semaphore(CONCURRENCY);

    public PodApi(KubernetesClient client) {
        this.client = client;
    }

    public void bind(Pod pod, String node) {
        Binding binding = new BindingBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        call(() -> client.raw(path(pod) + "/binding", "POST", binding));
    }

    /// Replaces the status, if the pod is still that one and not a successor of the same name.
    public void patchStatus(Pod pod, PodStatus status) {
        Map<String, Object> patch =
                Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status);
        call(() -> client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .subresource("status")
                .patch(MERGE, Serialization.asJson(patch)));
    }

    /// Takes the object away: what it stood for has ended.
    public void delete(Pod pod) {
        DeleteOptions now = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(0L)
                .withNewPreconditions()
                .withUid(pod.getMetadata().getUid())
                .endPreconditions()
                .build();
        call(() -> client.raw(path(pod), "DELETE", now));
    }

    /// A token of the pod's ServiceAccount, which is worth nothing after the pod.
    public String token(Pod pod, List<String> audiences, Duration lifetime) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewMetadata()
                .endMetadata()
                .withNewSpec()
                .withAudiences(audiences)
                .withExpirationSeconds(lifetime.toSeconds())
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build();
        String account = "/api/v1/namespaces/%s/serviceaccounts/%s/token"
                .formatted(pod.getMetadata().getNamespace(), pod.getSpec().getServiceAccountName());
        String answer = call(() -> client.raw(account, "POST", request));
        return Serialization.unmarshal(answer, TokenRequest.class).getStatus().getToken();
    }

    Optional<ConfigMap> configMap(String namespace, String name) {
        return call(() -> Optional.ofNullable(
                client.configMaps().inNamespace(namespace).withName(name).get()));
    }

    Optional<Secret> secret(String namespace, String name) {
        return call(() -> Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(name).get()));
    }

    public Optional<Service> service(String namespace, String name) {
        return call(() -> Optional.ofNullable(
                client.services().inNamespace(namespace).withName(name).get()));
    }

    private static String path(Pod pod) {
        return "/api/v1/namespaces/%s/pods/%s"
                .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    private <T> T call(Supplier<T> call) {
        calls.acquireUninterruptibly();
        try {
            return call.get();
        } finally {
            calls.release();
        }
    }
}
