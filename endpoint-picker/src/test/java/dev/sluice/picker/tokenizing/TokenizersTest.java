package dev.sluice.picker.tokenizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.picker.Fixtures;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.prompt.PromptTokens;
import dev.sluice.picker.prompt.Tokenization;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.process.Supervisor;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizersTest {
    private static final Duration PATIENCE = Duration.ofMillis(20);
    private static final TokenizerSource ENGINE = new TokenizerSource.EngineEndpoint(PATIENCE);
    private static final String WORDS = """
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":{"type":"Lowercase"},
             "pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
             "model":{"type":"WordLevel","vocab":{"[unk]":0,"which":1,"pod":2,"next":3},"unk_token":"[unk]"}}
            """;

    private final List<Tokenizers.Result> results = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private String failing = "";
    private final List<Runnable> deadlines = new ArrayList<>();
    private CompletionStage<PromptTokens> answer =
            CompletableFuture.completedFuture(new PromptTokens(new int[] {7, 8}));
    private final BodyBudget bodies = new BodyBudget(100 << 20, 1, Runnable::run);
    private final Tokenizers tokenizers = new Tokenizers(
            (_, request) -> {
                asked.add(new String(request, StandardCharsets.UTF_8));
                return answer;
            },
            new Tokenizers.TokenizerLimits(
                    Runnable::run,
                    (_, action) -> {
                        failAs("timer");
                        deadlines.add(action);
                        return () -> deadlines.remove(action);
                    },
                    () -> 0,
                    2,
                    bodies),
            (_, result, _) -> {
                failAs("meters");
                results.add(result);
            },
            new Supervisor(faults::add));

    /// Once.
    private void failAs(String collaborator) {
        if (failing.equals(collaborator)) {
            failing = "";
            throw new IllegalStateException("once");
        }
    }

    /// What came, once something has: the tokens, or nothing.
    private List<Optional<PromptTokens>> begin(TokenizerSource how, Api api, String body) {
        List<Optional<PromptTokens>> done = new ArrayList<>();
        tokenizers.begin(
                how,
                new Tokenization.TokenizablePrompt(
                        Fixtures.POOL,
                        api,
                        body.length(),
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))),
                tokens -> done.add(Optional.ofNullable(tokens)));
        return done;
    }

    private int[] tokens(TokenizerSource how, Api api, String body) {
        return begin(how, api, body).getFirst().orElseThrow().ids();
    }

    @Test
    void theEngineIsAskedForChatsAsItTakesThem() {
        assertThat(tokens(ENGINE, Api.CHAT_COMPLETIONS, """
                {"model":"m","temperature":1,"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function"}]}
                """)).containsExactly(7, 8);
        assertThat(asked)
                .containsExactly(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[{\"type\":\"function\"}]}");
        assertThat(results).containsExactly(Tokenizers.Result.OK);
        assertThat(deadlines).isEmpty();
    }

    /// Templates put them at the head of the prompt, and `/tokenize` takes none of them by name.
    @Test
    void whatTheTemplateSeesOfAChatIsSentAsItsVariables() {
        tokens(ENGINE, Api.CHAT_COMPLETIONS, """
                {"messages":[],"reasoning_effort":"low","documents":[{"text":"d"}]}
                """);
        tokens(ENGINE, Api.CHAT_COMPLETIONS, """
                {"messages":[],"reasoning_effort":"none",
                 "chat_template_kwargs":{"enable_thinking":true,"reasoning_effort":"high","x":1}}
                """);
        tokens(ENGINE, Api.CHAT_COMPLETIONS, "{\"messages\":[],\"reasoning_effort\":null}");
        assertThat(asked)
                .containsExactly(
                        "{\"messages\":[],\"chat_template_kwargs\":{\"documents\":[{\"text\":\"d\"}],"
                                + "\"reasoning_effort\":\"low\",\"enable_thinking\":true}}",
                        "{\"messages\":[],\"chat_template_kwargs\":"
                                + "{\"enable_thinking\":true,\"reasoning_effort\":\"none\",\"x\":1}}",
                        "{\"messages\":[]}");
    }

    @Test
    void theEngineIsAskedForTextWithItsSpecialTokens() {
        tokens(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}");
        tokens(ENGINE, Api.COMPLETIONS, "{\"prompt\":[\"hi\"],\"add_special_tokens\":false}");
        assertThat(asked)
                .containsExactly(
                        "{\"prompt\":\"hi\",\"add_special_tokens\":true}",
                        "{\"prompt\":\"hi\",\"add_special_tokens\":false}");
    }

    @Test
    void whatIsTokenizedAlreadyAsksNobody() {
        assertThat(tokens(ENGINE, Api.COMPLETIONS, "{\"prompt\":[5,6,4000000000]}"))
                .containsExactly(5, 6, (int) 4_000_000_000L);
        assertThat(asked).isEmpty();
    }

    @Test
    void whatNoTokenizerTakesIsLeftAlone() {
        for (Api api : List.of(Api.RESPONSES, Api.MESSAGES, Api.EMBEDDINGS)) {
            assertThat(begin(ENGINE, api, "{}")).containsExactly(Optional.empty());
        }
        assertThat(begin(ENGINE, Api.CHAT_COMPLETIONS, """
                {"messages":[{"role":"user","content":[{"type":"text","text":"what?"},{"type":"image_url"}]}]}
                """)).containsExactly(Optional.empty());
        assertThat(begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":[\"a\",\"b\"]}")).containsExactly(Optional.empty());
        assertThat(results).hasSize(5).containsOnly(Tokenizers.Result.UNSUPPORTED);
        assertThat(asked).isEmpty();
    }

    @Test
    void whoIsLateIsNotWaitedFor() {
        CompletableFuture<PromptTokens> slow = new CompletableFuture<>();
        answer = slow;
        List<Optional<PromptTokens>> done = begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}");
        assertThat(done).isEmpty();
        deadlines.getFirst().run();
        slow.complete(new PromptTokens(new int[] {1}));
        assertThat(done).containsExactly(Optional.empty());
        assertThat(results).containsExactly(Tokenizers.Result.LATE);
    }

    @Test
    void beyondTheBoundNobodyWaits() {
        answer = new CompletableFuture<>();
        begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}");
        begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}");
        assertThat(begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}")).containsExactly(Optional.empty());
        assertThat(results).containsExactly(Tokenizers.Result.BUSY);
        List.copyOf(deadlines).forEach(Runnable::run);
        answer = CompletableFuture.failedFuture(new IllegalStateException());
        assertThat(begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}")).containsExactly(Optional.empty());
        assertThat(results.getLast()).isEqualTo(Tokenizers.Result.FAILED);
    }

    /// Its request waits for nothing else.
    @Test
    void itsRequestGoesOnThoughTheMetersFail() {
        failing = "meters";
        assertThat(begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}"))
                .singleElement()
                .satisfies(tokens -> assertThat(tokens).isPresent());
        assertThat(faults).containsExactly("tokenize");
    }

    @Test
    void whatCannotBeTimedIsNotTokenizedAndTakesNoPlace() {
        for (int i = 0; i < 3; i++) {
            failing = "timer";
            assertThat(begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}")).containsExactly(Optional.empty());
        }
        assertThat(results).hasSize(3).containsOnly(Tokenizers.Result.FAILED);
        assertThat(tokens(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}")).containsExactly(7, 8);
    }

    @Test
    void aPromptThatIsLateCountsUntilItsTaskHasRun() {
        List<Runnable> tasks = new ArrayList<>();
        Tokenizers waiting = new Tokenizers(
                (_, _) -> answer,
                new Tokenizers.TokenizerLimits(
                        tasks::add,
                        (_, action) -> {
                            deadlines.add(action);
                            return () -> deadlines.remove(action);
                        },
                        () -> 0,
                        2,
                        bodies),
                (_, result, _) -> results.add(result),
                new Supervisor(faults::add));
        Tokenization.TokenizablePrompt prompt = new Tokenization.TokenizablePrompt(
                Fixtures.POOL, Api.COMPLETIONS, 100, () -> new ByteArrayInputStream(new byte[0]));
        for (int i = 0; i < 3; i++) {
            waiting.begin(ENGINE, prompt, _ -> {});
        }
        List.copyOf(deadlines).forEach(Runnable::run);
        waiting.begin(ENGINE, prompt, _ -> {});
        assertThat(results)
                .containsExactly(
                        Tokenizers.Result.BUSY, Tokenizers.Result.LATE, Tokenizers.Result.LATE, Tokenizers.Result.BUSY);
        assertThat(tasks).hasSize(2);
        assertThat(bodies.reserved()).isPositive();
        tasks.forEach(Runnable::run);
        assertThat(bodies.reserved()).isZero();
        waiting.begin(ENGINE, prompt, _ -> {});
        assertThat(tasks).hasSize(3);
    }

    @Test
    void aPromptTooLargeForTheBodyBudgetIsPlacedWithoutTokens() {
        bodies.reserve(20 << 20);
        assertThat(begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"" + "x".repeat(5 << 20) + "\"}"))
                .containsExactly(Optional.empty());
        assertThat(results).containsExactly(Tokenizers.Result.BUSY);
        assertThat(bodies.reserved()).isEqualTo(20 << 20);
    }

    @Test
    void theBytesStayReservedAsLongAsTheEngineHasThem() {
        CompletableFuture<PromptTokens> slow = new CompletableFuture<>();
        answer = slow;
        begin(ENGINE, Api.COMPLETIONS, "{\"prompt\":\"hi\"}");
        deadlines.getFirst().run();
        assertThat(bodies.reserved()).isPositive();
        slow.completeExceptionally(new IllegalStateException());
        assertThat(bodies.reserved()).isZero();
    }

    @Test
    void aFolderTokenizesText(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("tokenizer.json"), WORDS);
        TokenizerSource how = new TokenizerSource.Folder(folder, PATIENCE);
        assertThat(tokens(how, Api.COMPLETIONS, "{\"prompt\":\"Which pod next and which\"}"))
                .containsExactly(1, 2, 3, 0, 1);
        assertThat(begin(how, Api.CHAT_COMPLETIONS, "{\"messages\":[]}")).containsExactly(Optional.empty());
        assertThat(results.getLast()).isEqualTo(Tokenizers.Result.UNSUPPORTED);
        assertThat(begin(how, Api.COMPLETIONS, "{\"prompt\":\"" + "pod ".repeat(20_000) + "\"}"))
                .containsExactly(Optional.empty());
        assertThat(results.getLast()).isEqualTo(Tokenizers.Result.LATE);
    }

    @Test
    void aFolderWithoutATokenizerFailsAndIsCounted(@TempDir Path folder) throws Exception {
        TokenizerSource how = new TokenizerSource.Folder(folder, PATIENCE);
        assertThat(begin(how, Api.COMPLETIONS, "{\"prompt\":\"pod\"}")).containsExactly(Optional.empty());
        Files.writeString(folder.resolve("tokenizer.json"), "{");
        assertThat(begin(how, Api.COMPLETIONS, "{\"prompt\":\"pod\"}")).containsExactly(Optional.empty());
        assertThat(results).containsExactly(Tokenizers.Result.FAILED, Tokenizers.Result.FAILED);
    }
}
