package dev.sluice.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sluice before one real SGLang without adapters.
@Tag("real")
@Tag("neighbours")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SglangIT {
    private static final int CACHE_TOKENS = 65536;
    private static final int REQUESTS = 60;
    private static final double SHARE = .95;
    private static final long SEED = 5;
    private static final Pattern ABORTED = Pattern.compile("(?m)^sglang:num_aborted_requests_total\\{.*} [1-9]");
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    @RegisterExtension
    static final EngineStack STACK = EngineStack.of(EngineKind.SGLANG, List.of(List.of()));

    @Test
    void thePickerTellsTheEngineAndItsCacheByThePage() {
        assertThat(STACK.seen(0).path("engine").asText()).isEqualTo("sglang");
        assertThat(signal("kvCapacityTokens")).isEqualTo(CACHE_TOKENS);
    }

    @Test
    void aClientThatLeavesFreesTheEngine() {
        await().atMost(PATIENCE).until(() -> {
            OpenStream.begin(STACK.gateway().http(), EngineStack.MODEL).close();
            return ABORTED.matcher(STACK.engine(0).http().get("/metrics").body())
                    .find();
        });
        await().atMost(PATIENCE)
                .until(() -> signal("running") == 0 && STACK.gateway().inFlight("pool") == 0);
    }

    /// One text under another salt is another text.
    @Test
    void whatWasSaidUnderASaltIsFoundUnderItAlone() {
        String text = "Locks have salts. ".repeat(40);
        for (String salt : List.of("one", "", "one", "two", "")) {
            CountedPrompt usage = complete(text, salt);
            assertThat(usage.holds()).as("salt '%s': %s", salt, usage).isTrue();
        }
        assertThat(complete(text, "one").cached()).isPositive();
    }

    @Test
    void whatThePickerExpectsIsWhatTheEngineFinds() {
        Random random = new Random(SEED);
        List<String> salts = List.of("", "three", "four");
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < REQUESTS; i++) {
            String text = "Chapter %d. ".formatted(random.nextInt(4))
                    + "The barge waits at the lower gate. ".repeat(random.nextInt(1, 60));
            CountedPrompt usage = complete(text, salts.get(random.nextInt(salts.size())));
            found += usage.cached() > 0 ? 1 : 0;
            if (!usage.holds()) {
                wrong.add(i + ": " + usage);
            }
        }
        double share = 1 - (double) wrong.size() / REQUESTS;
        System.out.printf(
                "exact prefix cache of SGLang, seed %d: %.1f %% of %d requests as expected; %d found some cached; "
                        + "wrong: %s%n",
                SEED, 100 * share, REQUESTS, found, wrong);
        assertThat(found).isGreaterThan(REQUESTS / 4);
        assertThat(share).as(wrong.toString()).isGreaterThanOrEqualTo(SHARE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"reasoning_effort\":\"low\"",
                ",\"chat_template_kwargs\":{\"persona\":\"a lock keeper\"}",
                ",\"chat_template_kwargs\":{\"enable_thinking\":false}"
            })
    void aChatHasTheTokensThatThePickerExpects(String members) {
        CountedPrompt usage = CountedPrompt.of(STACK.gateway(), "/v1/chat/completions", """
                {"model":"%s","max_tokens":2,"messages":[{"role":"user","content":"%s"}]%s}""".formatted(
                        EngineStack.MODEL, "The miller opens the sluice. ".repeat(30), members));
        STACK.settle();
        assertThat(usage.expectedPrompt()).as("tokens of the prompt").isEqualTo(usage.prompt());
        assertThat(usage.expectedCached()).as("cached tokens").isEqualTo(usage.cached());
    }

    private static CountedPrompt complete(String text, String salt) {
        CountedPrompt usage = CountedPrompt.of(STACK.gateway(), "/v1/completions", """
                {"model":"%s","max_tokens":4,"prompt":"%s"%s}""".formatted(
                        EngineStack.MODEL, text, salt.isEmpty() ? "" : ",\"cache_salt\":\"%s\"".formatted(salt)));
        STACK.settle();
        return usage;
    }

    private static long signal(String name) {
        return STACK.seen(0).path("signals").path(name).asLong(-1);
    }
}
