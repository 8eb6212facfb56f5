package dev.sluice.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.e2e.stack.PythonPackage;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sluice before one real vLLM: what the picker sees of it, what clients see of both, and whether prompts become the
/// same tokens on both sides.
@Tag("real")
@Tag("neighbours")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class VllmIT {
    private static final int BATCH = 16;
    private static final int BEYOND_BATCH = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Pattern CACHE_TOKENS = Pattern.compile("kv_cache_size_tokens=\"(\\d+)\"");
    /// Its metrics do not count what clients cancel.
    private static final String ABORTED = " aborted.";

    private static final String ADAPTER = EngineModel.ADAPTERS.getFirst();
    private static final JsonMapper JSON = new JsonMapper();

    @RegisterExtension
    static final EngineStack STACK = EngineStack.of(
            EngineKind.VLLM,
            List.of(List.of("--enable-lora", "--max-loras=2", "--max-lora-rank=8", "--enable-log-requests")));

    @BeforeAll
    static void loadAnAdapter() {
        STACK.engine(0).load(STACK.model(), ADAPTER);
        STACK.awaitServing(0, ADAPTER);
    }

    @Test
    void thePickerTellsTheEngineAndItsCacheByThePage() {
        assertThat(STACK.seen(0).path("engine").asText()).isEqualTo("vllm");
        Matcher told =
                CACHE_TOKENS.matcher(STACK.engine(0).http().get("/metrics").body());
        assertThat(told.find()).isTrue();
        assertThat(signal("kvCapacityTokens")).isEqualTo(Long.parseLong(told.group(1)));
    }

    /// A request for many answers is as many to the engine. As a model this small soon has them, it asks again.
    @Test
    void thePickerSeesTheBatchAndTheQueueOfOthers() {
        String body = "{\"model\":\"%s\",\"prompt\":\"Once\",\"n\":%d,\"max_tokens\":300,\"ignore_eos\":true}"
                .formatted(EngineModel.NAME, BATCH + BEYOND_BATCH);
        AtomicBoolean seen = new AtomicBoolean();
        Thread others = Thread.ofVirtual().start(() -> {
            while (!seen.get()) {
                var _ = STACK.engine(0).post("/v1/completions", body);
            }
        });
        try {
            await().atMost(PATIENCE).until(() -> signal("running") == BATCH && signal("waiting") == BEYOND_BATCH);
        } finally {
            seen.set(true);
        }
        await().atMost(PATIENCE).until(() -> !others.isAlive() && signal("running") == 0 && signal("waiting") == 0);
    }

    @Test
    void aClientThatLeavesFreesTheEngine() {
        await().atMost(PATIENCE).until(() -> {
            OpenStream.begin(STACK.gateway().http(), EngineStack.MODEL).close();
            return STACK.engine(0).log().contains(ABORTED);
        });
        await().atMost(PATIENCE)
                .until(() -> signal("running") == 0 && STACK.gateway().inFlight("pool") == 0);
    }

    @ParameterizedTest
    @CsvSource({"openai, /v1", "anthropic, ''"})
    void anOfficialClientFindsNothingAmiss(String name, String base, @TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        Path script = Path.of(Objects.requireNonNull(getClass().getResource("/" + name + "_client.py"))
                .toURI());
        ProcessBuilder python = new ProcessBuilder(
                        "python3",
                        script.toString(),
                        STACK.gateway().url() + base,
                        EngineStack.MODEL,
                        EngineStack.published(ADAPTER),
                        // A server of a model that generates has none.
                        "embeddings")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        python.environment().put("PYTHONPATH", new PythonPackage(name).install().toString());
        python.environment().put("NO_PROXY", "*");
        Process process = python.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void anErrorOfTheEngineNamesTheModelAsTheClientDoes() {
        String notLoaded = EngineStack.published(EngineModel.ADAPTERS.getLast());
        HttpResponse<String> response = STACK.gateway()
                .http()
                .post("/v1/completions", "{\"model\":\"%s\",\"prompt\":\"Hello\"}".formatted(notLoaded));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("`" + notLoaded + "`");
    }

    @Test
    void clientsSeeThePublishedNames() throws Exception {
        List<String> names = new ArrayList<>();
        for (JsonNode model :
                JSON.readTree(STACK.gateway().http().get("/v1/models").body()).path("data")) {
            names.add(model.path("id").asText());
        }
        assertThat(names)
                .contains(EngineStack.MODEL, EngineStack.published(ADAPTER))
                .doesNotContain(EngineModel.NAME, ADAPTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"reasoning_effort\":\"low\"",
                ",\"reasoning_effort\":\"none\"",
                ",\"documents\":[{\"title\":\"Rivers\",\"text\":\"A river has two banks and a bed.\"}]",
                ",\"chat_template_kwargs\":{\"persona\":\"a lock keeper\"}",
                ",\"chat_template_kwargs\":{\"enable_thinking\":false}",
                ",\"chat_template_kwargs\":{\"persona\":\"a miller\"},\"reasoning_effort\":\"high\"",
                ",\"chat_template_kwargs\":{\"reasoning_effort\":\"medium\"},\"reasoning_effort\":\"high\"",
                ",\"add_generation_prompt\":false",
                ",\"add_generation_prompt\":false,\"continue_final_message\":true",
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"level\",\"parameters\":{\"type\":\"object\"}}}],"
                        + "\"tool_choice\":\"none\"",
                ",\"add_special_tokens\":true"
            })
    void aChatHasTheTokensThatThePickerExpects(String members) {
        // Cached from here on, as far as templates do not put something before it.
        chat("");
        CountedPrompt usage = chat(members);
        assertThat(usage.expectedPrompt()).as("tokens of the prompt").isEqualTo(usage.prompt());
        assertThat(usage.expectedCached()).as("cached tokens").isEqualTo(usage.cached());
    }

    private static CountedPrompt chat(String members) {
        CountedPrompt usage = CountedPrompt.of(STACK.gateway(), "/v1/chat/completions", """
                {"model":"%s","max_tokens":2,"messages":[{"role":"user","content":"%s"}]%s}""".formatted(
                        EngineStack.MODEL, "The miller opens the sluice. ".repeat(30), members));
        STACK.settle();
        return usage;
    }

    private static long signal(String name) {
        return STACK.seen(0).path("signals").path(name).asLong(-1);
    }
}
