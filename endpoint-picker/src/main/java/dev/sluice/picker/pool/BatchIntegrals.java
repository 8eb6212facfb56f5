package dev.sluice.picker.pool;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/// Sums over time of an endpoint's work for this picker, which only grow: the difference of two entries says
/// how large the batch was between them, how much context it held and how much prefill was worked off.
///
/// Prices come from [InFlight]; this is for learning how fast the endpoint is. Each entry is immutable and
/// takes the place of the one before by compare-and-set, so that any thread may write, none waits, and whoever
/// holds an entry holds a consistent one. Times are those of one ticker.
public final class BatchIntegrals {
    private final AtomicReference<Entry> last = new AtomicReference<>(Entry.EMPTY);
    private final AtomicLong prefillingTokens = new AtomicLong();
    private final ChangeMark change;

    public BatchIntegrals() {
        this(new ChangeMark());
    }

    /// @param change set after each change
    BatchIntegrals(ChangeMark change) {
        this.change = change;
    }

    /// The state at one moment, and the sums up to it.
    ///
    /// @param placements requests placed so far
    /// @param prefilling streamed requests whose first token has not come
    /// @param batch the requests that decode
    /// @param prefilled n−h and n²−h² of the requests prefilled so far, n prompt tokens of which h were
    ///     cached
    public record Entry(long atNanos, long placements, int prefilling, DecodingBatch batch, Prefill prefilled) {
        static final Entry EMPTY = new Entry(0, 0, 0, new DecodingBatch(0, 0, 0, 0), new Prefill(0, 0));

        /// The same at a later moment, with so many more placed, prefilling and decoding from then on.
        private Entry next(long now, int placed, int begun, int decodes, long context) {
            // Event loops may read the ticker in one order and come here in the other.
            long later = Math.max(now, atNanos);
            return new Entry(
                    later,
                    placements + placed,
                    prefilling + begun,
                    batch.after(later - atNanos, decodes, context),
                    prefilled);
        }

        private Entry worked(Prefill prefill) {
            return new Entry(atNanos, placements, prefilling, batch, prefilled.and(prefill));
        }

        public int decoding() {
            return batch.requests();
        }

        public long contextTokens() {
            return batch.contextTokens();
        }

        public double decodingNanos() {
            return batch.requestNanos();
        }

        public double contextNanos() {
            return batch.contextNanos();
        }

        public double prefillTokens() {
            return prefilled.tokens();
        }

        public double prefillSquares() {
            return prefilled.squares();
        }
    }

    /// The requests whose first token has come; of those that are not streamed, all.
    ///
    /// @param contextTokens which they hold, as predicted
    /// @param requestNanos `requests`, summed over time
    /// @param contextNanos `contextTokens`, summed over time
    public record DecodingBatch(int requests, long contextTokens, double requestNanos, double contextNanos) {
        DecodingBatch after(double elapsed, int more, long moreContext) {
            return new DecodingBatch(
                    requests + more,
                    contextTokens + moreContext,
                    requestNanos + requests * elapsed,
                    contextNanos + contextTokens * elapsed);
        }
    }

    /// The prefill of a request, in the two sums that its time depends on.
    ///
    /// @param tokens n−h
    /// @param squares n²−h²
    public record Prefill(double tokens, double squares) {
        public static Prefill of(double tokens, double cached) {
            return new Prefill(Math.max(0, tokens - cached), Math.max(0, tokens * tokens - cached * cached));
        }

        private Prefill and(Prefill other) {
            return new Prefill(tokens + other.tokens, squares + other.squares);
        }
    }

    /// A request was placed that will report its first token.
    public Entry placed(long now, Prefill prefill) {
        prefillingTokens.addAndGet((long) prefill.tokens());
        return write(last -> last.next(now, 1, 1, 0, 0));
    }

    /// A request was placed that will say nothing until its end.
    public Entry placedSilent(long now, long context, Prefill prefill) {
        return write(last -> last.next(now, 1, 0, 1, context).worked(prefill));
    }

    /// A first token came.
    public Entry firstToken(long now, long context, Prefill prefill) {
        prefillingTokens.addAndGet(-(long) prefill.tokens());
        return write(last -> last.next(now, 0, -1, 1, context).worked(prefill));
    }

    /// A request that was placed went away before its first token.
    public Entry withdrawn(long now, Prefill prefill) {
        prefillingTokens.addAndGet(-(long) prefill.tokens());
        return write(last -> last.next(now, 0, -1, 0, 0));
    }

    /// A decoding request ended.
    public Entry ended(long now, long context) {
        return write(last -> last.next(now, 0, 0, -1, -context));
    }

    /// Streamed requests whose first token has not come.
    public int prefilling() {
        return Objects.requireNonNull(last.get()).prefilling();
    }

    /// Uncached prompt tokens of the streamed requests whose first token has not come.
    public long prefillingTokens() {
        return prefillingTokens.get();
    }

    private Entry write(UnaryOperator<Entry> next) {
        Entry written = last.updateAndGet(next);
        change.setPrice();
        return written;
    }
}
