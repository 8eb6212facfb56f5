package dev.sluice.picker.tokenizing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.model.Supervisor;
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

/// Tokenizes prompts by engines or by tokenizers from folders: a bounded number at once, each for a bounded
/// time. A request without tokens is placed by the bytes of its prompt.
public final class Tokenizers implements Tokenization {
    private static final Logger LOG = LoggerFactory.getLogger(Tokenizers.class);
    /// The name by which faults are counted.
    private static final String LOOP = "tokenize";

    private static final int LONGEST_STRING = 64 << 20;
    /// Measured on one core with the vocabularies of Llama 3 and Qwen 3: 500 to 2,000.
    private static final long CHARS_PER_MILLI = 2_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_STRING)
                    .build())
            .build());

    private final EngineTokenizer engines;
    private final FolderTokenizers folders;
    private final TokenizerLimits limits;
    private final TokenizationListener listener;
    private final Supervisor supervisor;
    private final AtomicInteger inProgress = new AtomicInteger();

    /// Outcomes of a tokenization.
    public enum Result {
        OK,
        /// The tokens did not come in time.
        LATE,
        /// The tokenizer or the engine failed.
        FAILED,
        /// The prompt is of a kind that is not tokenized.
        UNSUPPORTED,
        /// Too many prompts were being tokenized.
        BUSY
    }

    /// Listener for outcomes.
    @FunctionalInterface
    public interface TokenizationListener {
        void tokenized(PoolId pool, Result result, long nanos);
    }

    /// Threads, time and bound of tokenizations.
    ///
    /// @param executor threads that parse bodies, tokenize, and go on with the requests
    /// @param most bound on prompts that are tokenized at once
    public record TokenizerLimits(Executor executor, Timer timer, Ticker ticker, int most) {}

    /// @param supervisor of what is done at the end of each tokenization: no fault keeps its request from going on
    public Tokenizers(
            EngineTokenizer engines, TokenizerLimits limits, TokenizationListener listener, Supervisor supervisor) {
        this.supervisor = supervisor;
        this.engines = engines;
        this.folders = new FolderTokenizers();
        this.limits = limits;
        this.listener = listener;
    }

    @Override
    public void begin(TokenizerSource source, TokenizablePrompt prompt, Consumer<@Nullable PromptTokens> done) {
        Attempt attempt = new Attempt(prompt.pool(), done, limits.ticker().nanos());
        if (inProgress.incrementAndGet() > limits.most()) {
            attempt.end(Result.BUSY, null);
            return;
        }
        try {
            attempt.deadline = limits.timer().after(source.patience(), () -> attempt.end(Result.LATE, null));
            limits.executor().execute(() -> run(source, prompt, attempt));
        } catch (RejectedExecutionException full) {
            attempt.end(Result.BUSY, null);
        } catch (RuntimeException | Error fault) {
            attempt.fail(fault);
        }
    }

    private void run(TokenizerSource source, TokenizablePrompt prompt, Attempt attempt) {
        if (attempt.isOver()) {
            return;
        }
        try (InputStream body = prompt.body().get()) {
            switch (PromptContent.of(prompt.api(), JSON.readTree(body))) {
                case PromptContent.Unsupported _ -> attempt.end(Result.UNSUPPORTED, null);
                case PromptContent.Tokens(PromptTokens tokens) -> attempt.end(Result.OK, tokens);
                case PromptContent.Text text
                when exceedsPatience(source, text.text()) -> attempt.end(Result.LATE, null);
                case PromptContent.Text text -> attempt.follow(tokenize(source, prompt.pool(), text));
                case PromptContent.Chat chat -> attempt.follow(tokenize(source, prompt.pool(), chat));
            }
        } catch (UnsupportedOperationException unsupported) {
            attempt.end(Result.UNSUPPORTED, null);
        } catch (IOException | RuntimeException | Error failure) {
            attempt.fail(failure);
        }
    }

    /// Whether a folder's tokenizer would take longer than its patience.
    private static boolean exceedsPatience(TokenizerSource source, String text) {
        return source instanceof TokenizerSource.Folder folder
                && text.length() > CHARS_PER_MILLI * folder.patience().toMillis();
    }

    private CompletionStage<PromptTokens> tokenize(TokenizerSource source, PoolId pool, PromptContent.Text text)
            throws IOException {
        return switch (source) {
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

    private CompletionStage<PromptTokens> tokenize(TokenizerSource source, PoolId pool, PromptContent.Chat chat)
            throws IOException {
        return switch (source) {
            case TokenizerSource.EngineEndpoint _ -> engines.tokenize(pool, JSON.writeValueAsBytes(chat.fields()));
            case TokenizerSource.Folder _ -> throw new UnsupportedOperationException("a folder renders no chats");
        };
    }

    /// The tokenization of a prompt, which ends exactly once.
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
            inProgress.decrementAndGet();
            Timer.Pending pending = deadline;
            if (pending != null) {
                supervisor.run(LOOP, pending::cancel);
            }
            supervisor.run(
                    LOOP, () -> listener.tokenized(pool, result, limits.ticker().nanos() - beganNanos));
            supervisor.run(LOOP, () -> done.accept(tokens));
        }
    }
}
