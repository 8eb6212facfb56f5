package dev.sluice.picker.kube;

import static dev.sluice.picker.Fixtures.POOL;
import static dev.sluice.picker.Fixtures.prompt;
import static dev.sluice.picker.kube.PublicationTest.model;
import static dev.sluice.picker.kube.PublicationTest.policy;
import static dev.sluice.picker.kube.PublicationTest.pool;
import static dev.sluice.picker.kube.PublicationTest.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.pool.Endpoint;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prefix.PrefixIndex;
import dev.sluice.picker.prompt.PromptPrefix;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is known of an endpoint stays while its pod and address do, whatever the resources say besides.
class EndpointIdentityTest {
    private static final PromptPrefix PROMPT = prompt(1, 10);
    private static final String CREATED = "2026-01-01T00:00:00Z";

    private final PrefixIndex prefixes = new PrefixIndex(1 << 10);
    private final Pools pools = new Pools(prefixes::forget);
    private final Publication publication = new Publication(pools, Replicas.fixed(1));

    /// @return the first of the pool's endpoints
    private Endpoint publish(HasMetadata... others) {
        publication.publish(new PublicationTest.Fixed(
                Stream.concat(Stream.of(pool()), Stream.of(others)).toList()));
        return pools.all().get(POOL).endpoint(0);
    }

    private static HasMetadata pod(String more) {
        return ready("a", "10.0.0.1", more);
    }

    private Endpoint used() {
        Endpoint endpoint = publish(pod(", uid: one"));
        prefixes.insert(PROMPT, 0, endpoint, 0);
        endpoint.inFlight().place(0, 5, 7);
        return endpoint;
    }

    private void assertKnown(Endpoint endpoint, Endpoint now) {
        assertThat(now).isSameAs(endpoint);
        assertThat(prefixes.match(PROMPT, 0, endpoint)).isEqualTo(10);
        assertThat(endpoint.inFlight().requests()).isEqualTo(1);
    }

    @Test
    void publishingAModelForgetsNothing() {
        Endpoint endpoint = used();
        HasMetadata base = model("base", CREATED, "modelName: llama-3.1-8b");
        assertKnown(endpoint, publish(pod(", uid: one"), base));
        assertThat(endpoint.hardware()).isEqualTo(new Hardware("NVIDIA-H200", 1, "llama-3.1-8b"));
        HasMetadata older = model("older", "2025-01-01T00:00:00Z", "modelName: mistral");
        assertKnown(endpoint, publish(pod(", uid: one"), base, older));
        assertThat(endpoint.hardware().model()).isEqualTo("mistral");
        assertKnown(endpoint, publish(pod(", uid: one")));
    }

    @Test
    void editingThePolicyForgetsNothing() {
        Endpoint endpoint = used();
        for (String spec : List.of(
                "accelerators: [{model: A100, count: 4}]",
                "accelerators: [{model: L40S}]",
                "scheduling: {policy: LeastRequest}",
                "signals: {pollInterval: 100ms, kvEvents: {port: 5557}}")) {
            assertKnown(endpoint, publish(pod(", uid: one"), policy("p", CREATED, spec)));
        }
    }

    @Test
    void relabellingAPodForgetsNothing() {
        Endpoint endpoint = used();
        HasMetadata relabelled = PublicationTest.pod(
                "a",
                ", uid: one, namespace: ml, labels: {app: llama, llm-d.ai/engine-type: sglang, gpu: x}",
                "podIP: 10.0.0.1, hostIP: 10.1.0.1, conditions: [{type: Ready, status: \"True\"}]");
        assertKnown(endpoint, publish(relabelled));
        assertThat(endpoint.node()).isEqualTo("10.1.0.1");
    }

    @Test
    void anotherPodIsAnotherEndpoint() {
        Endpoint endpoint = used();
        Endpoint next = publish(pod(", uid: two"));
        assertThat(next).isNotSameAs(endpoint);
        assertThat(prefixes.match(PROMPT, 0, next)).isZero();
        assertThat(endpoint.isMember()).isFalse();
    }
}
