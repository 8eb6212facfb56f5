package dev.sluice.picker.pool;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.pool.signal.EngineTotals.Counting;
import dev.sluice.picker.prompt.TokenUsage;
import org.jspecify.annotations.Nullable;

/// The prompts of this picker that an endpoint has computed, in bytes, cut into spans that can be held against the
/// engine's own totals.
///
/// A prompt belongs to the span in which the engine counts it; whether its engine reports its usage is known at its
/// end, which may come long after the span's. Any thread may call.
public final class PromptTally {
    private final Object lock = new Object();
    private volatile Counting counting = Counting.AT_FIRST_TOKEN;
    private Span current = new Span(lock);

    /// The prompt of a request.
    public final class TalliedPrompt {
        private final ModelName model;
        private final long bytes;
        private @Nullable Span span;

        private TalliedPrompt(ModelName model, long bytes) {
            this.model = model;
            this.bytes = bytes;
        }

        /// The request is over.
        ///
        /// @param usage what the engine reported, null where it reported nothing
        public void ended(@Nullable TokenUsage usage) {
            synchronized (lock) {
                Span counted = span == null ? current.with(this) : span;
                counted.ended(bytes, usage);
            }
        }
    }

    /// The prompts between two cuts.
    public static final class Span {
        private final Object lock;
        private int prompts;
        private int open;
        private long bytes;
        /// The requests whose usage the engine reported.
        private int reported;
        private long reportedBytes;
        private long reportedTokens;
        private @Nullable ModelName model;
        private boolean mixed;

        private Span(Object lock) {
            this.lock = lock;
        }

        private Span with(TalliedPrompt prompt) {
            mixed |= model != null && !model.equals(prompt.model);
            model = prompt.model;
            bytes += prompt.bytes;
            prompts++;
            open++;
            return this;
        }

        private void ended(long promptBytes, @Nullable TokenUsage usage) {
            open--;
            if (usage != null && usage.promptTokens() > 0) {
                reported++;
                reportedBytes += promptBytes;
                reportedTokens += usage.promptTokens();
            }
        }

        /// The span without the requests whose usage was reported, or null while some have not ended.
        public @Nullable Unreported unreported() {
            synchronized (lock) {
                return open > 0
                        ? null
                        : new Unreported(
                                mixed ? null : model,
                                prompts - reported,
                                bytes - reportedBytes,
                                reported,
                                reportedTokens);
            }
        }
    }

    /// The prompts of a span whose usage no engine reported.
    ///
    /// @param model which they were all for, null where there were several
    /// @param reported how many others there were in the span, with `reportedTokens`
    public record Unreported(@Nullable ModelName model, int prompts, long bytes, int reported, long reportedTokens) {}

    /// A request got its first token.
    public TalliedPrompt firstToken(ModelName model, long bytes) {
        TalliedPrompt prompt = new TalliedPrompt(model, bytes);
        if (counting == Counting.AT_FIRST_TOKEN) {
            synchronized (lock) {
                prompt.span = current.with(prompt);
            }
        }
        return prompt;
    }

    /// The moment at which the engine counts a prompt.
    public void counted(Counting when) {
        counting = when;
    }

    /// The number of prompts in the span that has not been cut off yet.
    public int prompts() {
        synchronized (lock) {
            return current.prompts;
        }
    }

    /// Ends a span, and begins the next.
    public Span cut() {
        synchronized (lock) {
            Span span = current;
            current = new Span(lock);
            return span;
        }
    }
}
