package dev.sluice.picker.tokenizing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.memory.BodyBudget;
import dev.sluice.picker.prompt.PromptTokens;
import dev.sluice.picker.prompt.Tokenization;
import dev.sluice.picker.prompt.TokenizerSource;
import dev.sluice.picker.time.Ticker;
import dev.sluice.picker.time.Timer;
import dev.sluice.process.Supervisor;
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
    /// A body in its tokenizer's hands: its bytes, the tree and the texts made of it, and the engine's request.
    private static final int COPIES = 6;

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
        /// Too many prompts were being tokenized, or request bodies had all their memory.
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
    /// @param bodies what request bodies may take
    public record TokenizerLimits(Executor executor, Timer timer, Ticker ticker, int most, BodyBudget bodies) {}

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
        Attempt attempt = new Attempt(
                prompt.pool(), COPIES * prompt.bytes(), done, limits.ticker().nanos());
        if (!attempt.begin()) {
            attempt.end(Result.BUSY, null);
            return;
        }
        try {
            attempt.deadline = limits.timer().after(source.patience(), () -> attempt.end(Result.LATE, null));
            limits.executor().execute(() -> run(source, prompt, attempt));
        } catch (RejectedExecutionException full) {
            attempt.end(Result.BUSY, null);
            attempt.leave();
            attempt.release();
        } catch (RuntimeException | Error fault) {
            attempt.leave();
            attempt.release();
            attempt.fail(fault);
        }
    }

    private void run(TokenizerSource source, TokenizablePrompt prompt, Attempt attempt) {
        try {
            if (!attempt.isOver()) {
                tokenize(source, prompt, attempt);
            }
        } finally {
            attempt.leave();
            attempt.release();
        }
    }

    private void tokenize(TokenizerSource source, TokenizablePrompt prompt, Attempt attempt) {
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

    /// A folder's tokenizer would take longer than its patience.
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
    ///
    /// It counts as one in progress until it has ended and its task has run: a task that is late waits for its
    /// thread with its body. The bytes are reserved for as long as anything holds the body, which may be longer.
    private final class Attempt {
        private final PoolId pool;
        private final Consumer<@Nullable PromptTokens> done;
        private final long beganNanos;
        private final AtomicBoolean over = new AtomicBoolean();
        /// The entry counts, or did.
        private boolean counted;
        private final long bytes;
        /// The end, and the task's.
        private final AtomicInteger open = new AtomicInteger(2);
        /// The task, and the engine's answer where it is asked.
        private final AtomicInteger holders = new AtomicInteger(1);
        private volatile Timer.@Nullable Pending deadline;

        Attempt(PoolId pool, long bytes, Consumer<@Nullable PromptTokens> done, long beganNanos) {
            this.pool = pool;
            this.bytes = bytes;
            this.done = done;
            this.beganNanos = beganNanos;
        }

        /// @return whether there is room for one more
        boolean begin() {
            if (inProgress.incrementAndGet() > limits.most()) {
                inProgress.decrementAndGet();
                return false;
            }
            if (!limits.bodies().reserve(bytes)) {
                inProgress.decrementAndGet();
                return false;
            }
            counted = true;
            return true;
        }

        /// An awaited event of the two has come.
        void leave() {
            if (open.decrementAndGet() == 0) {
                inProgress.decrementAndGet();
            }
        }

        /// A holder of the body has dropped it.
        void release() {
            if (holders.decrementAndGet() == 0) {
                limits.bodies().release(bytes);
            }
        }

        boolean isOver() {
            return over.get();
        }

        void follow(CompletionStage<PromptTokens> tokens) {
            holders.incrementAndGet();
            var _ = tokens.whenComplete((ids, failure) -> {
                release();
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
            if (counted) {
                leave();
            }
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
