package dev.sluice.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The cached tokens that the picker expects, against those that two real vLLMs then report, whatever happens to
/// their caches: evictions, salts, adapters, a reset and a restart.
@Tag("real")
@Tag("neighbours")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class VllmPrefixIT {
    private static final int REQUESTS = 300;
    private static final double SHARE = .99;
    private static final long SEED = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /// So few that most of what was said to it is soon evicted: two prompts of the longest kind.
    private static final int FEW_BLOCKS = 128;

    private static final String FIRST_ADAPTER = EngineModel.ADAPTERS.getFirst();
    private static final String SECOND_ADAPTER = EngineModel.ADAPTERS.getLast();

    private static final List<String> ADAPTERS = List.of("--enable-lora", "--max-loras=2", "--max-lora-rank=8");
    private static final List<String> WORDS =
            List.of("river", "lock", "weir", "mill", "gate", "water", "keeper", "stone", "barge", "flood", "7", "the");

    @RegisterExtension
    static final EngineStack STACK = EngineStack.of(
            EngineKind.VLLM, List.of(ADAPTERS, with(ADAPTERS, "--num-gpu-blocks-override=" + FEW_BLOCKS)));

    private final Random random = new Random(SEED);
    private final List<Conversation> conversations = new ArrayList<>();

    /// Texts that belong together: what is said next begins with what was said before.
    private record Conversation(boolean chat, String salt, List<String> said) {
        String body(String model) {
            String salted = salt.isEmpty() ? "" : ",\"cache_salt\":\"%s\"".formatted(salt);
            if (!chat) {
                return "{\"model\":\"%s\",\"max_tokens\":8,\"prompt\":\"%s\"%s}"
                        .formatted(model, String.join(" ", said), salted);
            }
            StringBuilder messages = new StringBuilder();
            for (String text : said) {
                messages.append(messages.isEmpty() ? "" : ",")
                        .append("{\"role\":\"user\",\"content\":\"%s\"}".formatted(text));
            }
            return "{\"model\":\"%s\",\"max_tokens\":8,\"messages\":[%s]%s}".formatted(model, messages, salted);
        }

        String path() {
            return chat ? "/v1/chat/completions" : "/v1/completions";
        }
    }

    @Test
    void whatThePickerExpectsIsWhatTheEnginesFind() throws Exception {
        System.out.println("seed " + SEED);
        load(FIRST_ADAPTER);
        List<String> models = new ArrayList<>(List.of(EngineStack.MODEL, EngineStack.published(FIRST_ADAPTER)));
        begin();
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < REQUESTS; i++) {
            switch (i) {
                case REQUESTS / 5 -> {
                    load(SECOND_ADAPTER);
                    models.add(EngineStack.published(SECOND_ADAPTER));
                }
                case 2 * REQUESTS / 5 -> STACK.engine(0).http().post("/reset_prefix_cache", "");
                case 3 * REQUESTS / 5 -> restart(1);
                default -> {}
            }
            Conversation conversation = next();
            String model = models.get(random.nextInt(models.size()));
            CountedPrompt usage = CountedPrompt.of(STACK.gateway(), conversation.path(), conversation.body(model));
            STACK.settle();
            found += usage.cached() > 0 ? 1 : 0;
            if (!usage.holds()) {
                wrong.add("%d: %s %s %s".formatted(i, model, conversation.salt(), usage));
            }
        }
        double share = 1 - (double) wrong.size() / REQUESTS;
        System.out.printf(
                "exact prefix cache: %.1f %% of %d requests had the tokens that were expected, cached and not; "
                        + "%d found some cached; %.0f blocks were removed; wrong: %s%n",
                100 * share, REQUESTS, found, removed(), wrong);
        assertThat(found).isGreaterThan(REQUESTS / 4);
        assertThat(removed()).isPositive();
        assertThat(share).as(wrong.toString()).isGreaterThanOrEqualTo(SHARE);
    }

    private void begin() {
        List<String> salts = List.of("", "", "one", "two");
        for (int i = 0; i < 10; i++) {
            // Two with every salt begin with the same words.
            String start = i < 8 ? "Of locks and weirs. ".repeat(20) : words(random.nextInt(100, 300));
            conversations.add(
                    new Conversation(i % 2 == 0, salts.get(i / 2 % salts.size()), new ArrayList<>(List.of(start))));
        }
    }

    /// A conversation that has gone on, or has begun again when it became long.
    private Conversation next() {
        Conversation conversation = conversations.get(random.nextInt(conversations.size()));
        List<String> said = conversation.said();
        said.add(words(random.nextInt(5, 120)));
        if (said.size() > 6) {
            said.subList(1, said.size() - 1).clear();
        }
        return conversation;
    }

    private static void load(String adapter) {
        STACK.engines().forEach(engine -> engine.load(STACK.model(), adapter));
        for (int i = 0; i < STACK.engines().size(); i++) {
            STACK.awaitServing(i, adapter);
        }
    }

    private static void restart(int index) throws Exception {
        EngineServer engine = STACK.engine(index);
        engine.kill();
        await().atMost(PATIENCE).until(() -> !STACK.seen(index).has("signals"));
        engine.restart();
        for (String adapter : List.of(FIRST_ADAPTER, SECOND_ADAPTER)) {
            engine.load(STACK.model(), adapter);
            STACK.awaitServing(index, adapter);
        }
        STACK.awaitSeen();
    }

    private static double removed() {
        return STACK.gateway().metric("sluice_kv_events_total", "event=\"removed\"");
    }

    private String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
        }
        return text.append('.').toString();
    }

    private static List<String> with(List<String> arguments, String last) {
        List<String> all = new ArrayList<>(arguments);
        all.add(last);
        return all;
    }
}
