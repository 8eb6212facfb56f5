package dev.sluice.picker.tokenizing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.model.Ticker;
import dev.sluice.picker.model.Timer;
import dev.sluice.picker.model.Tokenization;
import dev.sluice.picker.model.TokenizerSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tokenizes prompts by the engines or by tokenizers of folders, some at once and each for a bounded time; who gets
/// no tokens is placed by the bytes of the prompt.
public final class Tokenizers implements Tokenization {
    private static final Logger LOG = LoggerFactory.getLogger(Tokenizers.class);
    private static final int LONGEST_STRING = 64 << 20;
    /// Of the vocabularies of Llama 3 and Qwen 3, on one core: 500 to 2,000.
    private static final long CHARS_PER_MILLI = 2_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_STRING)
                    .build())
            .build());

    private final EngineTokenizer engines;
    private final FolderTokenizers folders;
    private final TokenizerLimits bounds;
    private final TokenizationListener listener;
    private final AtomicInteger atOnce = new AtomicInteger();

    /// What came of a request for tokens.
    public enum Result {
        OK,
        /// They did not come in time.
        LATE,
        /// The tokenizer or the engine failed.
        FAILED,
        /// The prompt is of a kind that is not tokenized.
        UNSUPPORTED,
        /// Too many prompts were being tokenized.
        BUSY
    }

    /// Told of each result.
    @FunctionalInterface
    public interface TokenizationListener {
        void tokenized(PoolId pool, Result result, long nanos);
    }

    /// Where and for how long.
    ///
    /// @param executor its threads parse bodies, tokenize, and go on with the requests
    /// @param most how many prompts may be on their way at once
    public record TokenizerLimits(Executor executor, Timer timer, Ticker ticker, int most) {}

    public Tokenizers(EngineTokenizer engines, TokenizerLimits bounds, TokenizationListener listener) {
        this.engines = engines;
        this.folders = new FolderTokenizers();
        this.bounds = bounds;
        this.listener = listener;
    }

    @Override
    public void begin(TokenizerSource how, TokenizablePrompt prompt, Consumer<@Nullable PromptTokens> done) {
        Attempt attempt = new Attempt(prompt.pool(), done, bounds.ticker().nanos());
        if (atOnce.incrementAndGet() > bounds.most()) {
            attempt.end(Result.BUSY, null);
            return;
        }
        attempt.deadline = bounds.timer().after(how.patience(), () -> attempt.end(Result.LATE, null));
        try {
            bounds.executor().execute(() -> run(how, prompt, attempt));
        } catch (RejectedExecutionException full) {
            attempt.end(Result.BUSY, null);
        }
    }

    private void run(TokenizerSource how, TokenizablePrompt prompt, Attempt attempt) {
        if (attempt.isOver()) {
            return;
        }
        try (InputStream body = prompt.body().get()) {
            switch (PromptContent.of(prompt.api(), JSON.readTree(body))) {
                case PromptContent.Unsupported _ -> attempt.end(Result.UNSUPPORTED, null);
                case PromptContent.Tokens(PromptTokens tokens) -> attempt.end(Result.OK, tokens);
                case PromptContent.Text text when isHopeless(how, text.text()) -> attempt.end(Result.LATE, null);
                case PromptContent.Text text -> attempt.follow(tokenize(how, prompt.pool(), text));
                case PromptContent.Chat chat -> attempt.follow(tokenize(how, prompt.pool(), chat));
            }
        } catch (UnsupportedOperationException unsupported) {
            attempt.end(Result.UNSUPPORTED, null);
        } catch (IOException | RuntimeException failure) {
            attempt.fail(failure);
        }
    }

    /// Whether tokenizing here would only keep a thread busy past the time.
    private static boolean isHopeless(TokenizerSource how, String text) {
        return how instanceof TokenizerSource.Folder folder
                && text.length() > CHARS_PER_MILLI * folder.patience().toMillis();
    }

    private CompletionStage<PromptTokens> tokenize(TokenizerSource how, PoolId pool, PromptContent.Text text)
            throws IOException {
        return switch (how) {
            case TokenizerSource.EngineEndpoint _ ->
                engines.tokenize(
                        pool,
                        JSON.writeValueAsBytes(JsonNodeFactory.instance
                                .objectNode()
                                .put("prompt", text.text())
                                .put("add_special_tokens", text.specialTokens())));
            case TokenizerSource.Folder folder ->
                CompletableFuture.completedFuture(folders.tokenize(folder.path(), text));
        };
    }

    private CompletionStage<PromptTokens> tokenize(TokenizerSource how, PoolId pool, PromptContent.Chat chat)
            throws IOException {
        return switch (how) {
            case TokenizerSource.EngineEndpoint _ -> engines.tokenize(pool, JSON.writeValueAsBytes(chat.fields()));
            case TokenizerSource.Folder _ -> throw new UnsupportedOperationException("a folder renders no chats");
        };
    }

    /// One prompt on its way, which ends once.
    private final class Attempt {
        private final PoolId pool;
        private final Consumer<@Nullable PromptTokens> done;
        private final long beganNanos;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile Timer.@Nullable Pending deadline;

        Attempt(PoolId pool, Consumer<@Nullable PromptTokens> done, long beganNanos) {
            this.pool = pool;
            this.done = done;
            this.beganNanos = beganNanos;
        }

        boolean isOver() {
            return over.get();
        }

        void follow(CompletionStage<PromptTokens> tokens) {
            var _ = tokens.whenComplete((ids, failure) -> {
                if (failure == null) {
                    end(Result.OK, ids);
                } else {
                    fail(failure);
                }
            });
        }

        void fail(Throwable failure) {
            LOG.atDebug().setCause(failure).addKeyValue("pool", pool).log("A prompt could not be tokenized");
            end(Result.FAILED, null);
        }

        void end(Result result, @Nullable PromptTokens tokens) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            atOnce.decrementAndGet();
            Timer.Pending pending = deadline;
            if (pending != null) {
                pending.cancel();
            }
            listener.tokenized(pool, result, bounds.ticker().nanos() - beganNanos);
            done.accept(tokens);
        }
    }
}
