package dev.sluice.e2e.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.simulator.serving.Fault;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the picker predicts an engine to have cached, against what the engine then reports: with real ZeroMQ events
/// and the engine's own tokenizer they are equal, whatever happens to cache, events and engine.
class ExactPrefixIT {
    private static final int SERVERS = 3;
    /// So few that most of what was said is soon evicted.
    private static final int KV_BLOCKS = 60;

    private static final int EVENTS = Loopback.freePort();
    private static final int REPLAY = Loopback.freePort();
    /// Longer than the picker gathers events.
    private static final long SETTLED_MILLIS = 50;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    final GatewayStack stack = GatewayStack.withServers(SERVERS)
            .configuringServers(server -> server.withEngine(server.engine().withKvBlocks(KV_BLOCKS)))
            .editingModels(yaml -> yaml.replace(
                    "poolRefs: [{name: llama}]", "poolRefs: [{name: llama}], tokenizer: {engine: true, timeout: 5s}"))
            .editingPool(yaml -> yaml + """
                    ---
                    apiVersion: inference.sluice.dev/v1alpha1
                    kind: InferencePoolPolicy
                    metadata: {name: llama}
                    spec:
                      targetRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: llama}]
                      signals:
                        kvEvents: {port: %d, replayPort: %d}
                    """.formatted(EVENTS, REPLAY));

    private final Random random = new Random(11);

    /// What was predicted of one request, and what came.
    private record PromptUsage(long predictedPrompt, long predictedCached, long prompt, long cached) {}

    @Test
    void predictionIsWhatTheEngineThenFinds() throws Exception {
        awaitFollowed();
        List<List<String>> conversations = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            conversations.add(new ArrayList<>(List.of(words(150))));
        }
        int found = 0;
        for (int i = 0; i < 60; i++) {
            List<String> conversation = conversations.get(random.nextInt(conversations.size()));
            conversation.add(words(random.nextInt(5, 40)));
            if (conversation.size() > 8) {
                conversation.subList(1, conversation.size() - 1).clear();
            }
            PromptUsage turn = say(i % 3 == 0 ? GatewayStack.ADAPTER_MODEL : GatewayStack.MODEL, conversation);
            assertThat(turn.predictedPrompt()).as("turn %d", i).isEqualTo(turn.prompt());
            assertThat(turn.predictedCached()).as("turn %d", i).isEqualTo(turn.cached());
            found += turn.cached() > 0 ? 1 : 0;
        }
        assertThat(found).as("turns that found something cached").isBetween(20, 59);
        assertThat(meter("sluice_kv_events_total", "event=\"removed\"")).isPositive();
    }

    @Test
    void missedEventsAreReplayed() throws Exception {
        awaitFollowed();
        List<String> conversation = new ArrayList<>(List.of(words(150)));
        say(GatewayStack.MODEL, conversation);
        stack.servers().forEach(server -> server.fault(new Fault.LoseEvents(1)));
        // Each server loses its next batch, and whoever gets two requests shows it.
        for (int told = 0; told <= SERVERS && replayedGaps() == 0; told++) {
            conversation.add(words(20));
            say(GatewayStack.MODEL, conversation);
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(replayedGaps()).as(this::kvMeters).isPositive());
        stack.servers().forEach(server -> server.fault(new Fault.None()));
        settle();
        sayUntilFound(conversation);
        assertThat(meter("sluice_kv_gaps_total", "result=\"lost\"")).isZero();
    }

    @Test
    void aRestartedOrClearedEngineIsForgotten() throws Exception {
        awaitFollowed();
        List<String> conversation = new ArrayList<>(List.of(words(200)));
        say(GatewayStack.MODEL, conversation);
        sayUntilFound(conversation);

        stack.servers().forEach(server -> server.fault(new Fault.Die()));
        for (var server : stack.servers()) {
            server.revive();
        }
        await().atMost(PATIENCE).until(() -> meter("sluice_kv_restarts_total", "") >= 1);
        awaitFollowed();
        await().atMost(PATIENCE).until(() -> meter("sluice_kv_blocks", "") == 0);
        PromptUsage cold = say(GatewayStack.MODEL, conversation);
        assertThat(cold.cached()).isZero();
        assertThat(cold.predictedCached()).isZero();
        sayUntilFound(conversation);

        stack.servers().forEach(server -> server.reset());
        await().atMost(PATIENCE).until(() -> meter("sluice_kv_events_total", "event=\"cleared\"") >= SERVERS);
        PromptUsage cleared = say(GatewayStack.MODEL, conversation);
        assertThat(cleared.predictedCached()).isZero();
        assertThat(cleared.cached()).isZero();
    }

    private double replayedGaps() throws IOException, InterruptedException {
        return meter("sluice_kv_gaps_total", "result=\"replayed\"");
    }

    /// Each server finds what it was told before; a short prompt may well be told to another first.
    private void sayUntilFound(List<String> conversation) throws Exception {
        PromptUsage turn = say(GatewayStack.MODEL, conversation);
        for (int told = 1; turn.cached() == 0 && told < SERVERS; told++) {
            assertThat(turn.predictedCached()).isZero();
            turn = say(GatewayStack.MODEL, conversation);
        }
        assertThat(turn.cached()).isPositive();
        assertThat(turn.predictedCached()).isEqualTo(turn.cached());
    }

    private PromptUsage say(String model, List<String> conversation) throws Exception {
        StringBuilder messages = new StringBuilder();
        for (int i = 0; i < conversation.size(); i++) {
            messages.append(i == 0 ? "" : ",")
                    .append("{\"role\":\"%s\",\"content\":\"%s\"}"
                            .formatted(i == 0 ? "system" : "user", conversation.get(i)));
        }
        HttpResponse<String> response = stack.post(
                "/v1/chat/completions",
                "{\"model\":\"%s\",\"max_tokens\":40,\"messages\":[%s]}".formatted(model, messages));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode usage = JSON.readTree(response.body()).path("usage");
        String id = response.headers().firstValue("x-request-id").orElseThrow();
        JsonNode decision = JSON.readTree(
                stack.get(stack.pickerAdmin().resolve("/explain/" + id)).body());
        settle();
        return new PromptUsage(
                decision.path("promptTokens").asLong(-1),
                decision.path("cachedTokens").asLong(-1),
                usage.path("prompt_tokens").asLong(-2),
                usage.path("prompt_tokens_details").path("cached_tokens").asLong(-2));
    }

    private void awaitFollowed() {
        await().atMost(PATIENCE).until(() -> meter("sluice_kv_endpoints", "") == SERVERS);
    }

    /// Until no more events come in.
    private void settle() throws Exception {
        double before = -1;
        for (double now = events(); now != before; now = events()) {
            before = now;
            Thread.sleep(SETTLED_MILLIS);
        }
    }

    private double events() throws Exception {
        return meter("sluice_kv_events_total", "");
    }

    /// The sum over a meter's series with that label.
    private double meter(String name, String label) throws IOException, InterruptedException {
        String page = stack.get(stack.pickerAdmin().resolve("/metrics")).body();
        Matcher lines = Pattern.compile("(?m)^" + name + "(\\{[^}]*})? (\\S+)$").matcher(page);
        double sum = 0;
        while (lines.find()) {
            if (label.isEmpty() || (lines.group(1) != null && lines.group(1).contains(label))) {
                sum += Double.parseDouble(lines.group(2));
            }
        }
        return sum;
    }

    private String kvMeters() {
        try {
            return stack.get(stack.pickerAdmin().resolve("/metrics"))
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("sluice_kv"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException | InterruptedException failed) {
            return failed.toString();
        }
    }

    private String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(Integer.toString(random.nextInt(36 * 36 * 36), 36)).append(' ');
        }
        return text.toString();
    }
}
