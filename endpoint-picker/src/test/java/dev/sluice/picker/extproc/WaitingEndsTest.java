package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.v1.InferencePool;
import dev.sluice.api.v1alpha1.InferencePoolPolicy;
import dev.sluice.picker.kube.Resources;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What ends the wait of a request when nothing comes from its endpoints any more.
class WaitingEndsTest {
    private static final String EMPTY = "vllm:num_requests_running 0\nvllm:num_requests_waiting 0\n";
    private static final String FULL = """
            vllm:num_requests_running 1
            vllm:num_requests_waiting 0
            vllm:kv_cache_usage_perc 0.999
            vllm:cache_config_info{block_size="16",num_gpu_blocks="2"} 1
            """;

    private final AtomicInteger reads = new AtomicInteger();
    private PickerFixture fixture;
    private HttpServer engine;
    private volatile String page = EMPTY;
    private volatile int status = 200;

    private record Fixed(List<HasMetadata> objects) implements Resources {
        @Override
        public <T extends HasMetadata> List<T> all(Class<T> kind) {
            return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] body = page.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
                reads.incrementAndGet();
            }
        });
        engine.start();
        fixture = new PickerFixture(1, Duration.ofSeconds(30), Duration.ofSeconds(5));
        fixture.picker().publish(new Fixed(List.of(pool(), policy(), pod())));
    }

    @AfterEach
    void stop() throws InterruptedException {
        fixture.close();
        engine.stop(0);
    }

    private InferencePool pool() {
        return Serialization.unmarshal("""
                apiVersion: inference.networking.k8s.io/v1
                kind: InferencePool
                metadata: {name: llama, namespace: ml}
                spec: {selector: {matchLabels: {app: llama}}, targetPorts: [{number: %d}]}
                """.formatted(engine.getAddress().getPort()), InferencePool.class);
    }

    private static InferencePoolPolicy policy() {
        return Serialization.unmarshal("""
                apiVersion: inference.sluice.dev/v1alpha1
                kind: InferencePoolPolicy
                metadata: {name: llama, namespace: ml}
                spec: {targetRefs: [{name: llama}], signals: {staleness: 300ms}}
                """, InferencePoolPolicy.class);
    }

    private static Pod pod() {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: llama-1, namespace: ml, labels: {app: llama, llm-d.ai/engine-type: vllm}}
                status: {podIP: 127.0.0.1, conditions: [{type: Ready, status: "True"}]}
                """, Pod.class);
    }

    private EnvoyStream ask() {
        return fixture.stream()
                .requestHeaders(
                        false, ":method", "POST", ":path", "/v1/chat/completions", "content-type", "application/json")
                .requestBody("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}", true);
    }

    private void awaitRead() {
        int before = reads.get();
        await().until(() -> reads.get() > before + 2);
    }

    private interface Ending {
        void of(EnvoyStream waiting) throws Exception;
    }

    /// Checks how the wait ends of a request that met a full engine.
    private void whileARequestWaits(Ending ending) throws Exception {
        awaitRead();
        try (EnvoyStream running = ask()) {
            assertThat(EnvoyStream.destination(running.answer())).startsWith("127.0.0.1:");
            page = FULL;
            awaitRead();
            try (EnvoyStream waiting = ask()) {
                waiting.noAnswerYet();
                ending.of(waiting);
            }
        }
    }

    @Test
    void aQueueIsLookedAtWhenSignalsBecomeTooOld() throws Exception {
        whileARequestWaits(waiting -> {
            status = 500;
            assertThat(EnvoyStream.destination(waiting.answer())).startsWith("127.0.0.1:");
        });
    }

    @Test
    void requestsOfAPoolThatIsDeletedAreToldSoAtOnce() throws Exception {
        whileARequestWaits(waiting -> {
            fixture.picker().publish(new Fixed(List.of()));
            ImmediateResponse refusal = waiting.refusal();
            assertThat(refusal.getStatus().getCodeValue()).isEqualTo(503);
            assertThat(refusal.getBody().toStringUtf8()).contains("pool ml/llama was deleted");
        });
    }
}
