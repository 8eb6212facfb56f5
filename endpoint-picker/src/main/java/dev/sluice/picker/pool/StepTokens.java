package dev.sluice.picker.pool;

import static dev.sluice.picker.constants.LoadConstants.LEAST_STEP_TOKENS;
import static dev.sluice.picker.constants.LoadConstants.MOST_STEP_TOKENS;
import static dev.sluice.picker.constants.LoadConstants.STEP_TOKENS;

/// The prompt tokens that an engine computes in one step at most (vLLM's `max_num_batched_tokens`), learned
/// from its histogram of tokens for each step: no engine prints the limit.
///
/// A step that is larger than usual engines allow shows a higher limit at once. A lower limit shows where
/// prompts that are much longer than the largest step were computed all the same, so steps must have been
/// full. Example: no step has more than 2,048 tokens, and eight prompts of 6,000 tokens came: the limit is
/// 2,048.
///
/// Any thread may write. A reader finds the last published number.
public final class StepTokens {
    /// Long prompts before a limit is believed: of some the engine may have held more than was known.
    private static final int ENOUGH = 8;

    /// A prompt must be longer than the largest step by this factor.
    private static final double LONGER = 1.5;

    private volatile double largest = Double.NaN;
    private int longPrompts;
    private volatile double tokens = STEP_TOKENS;

    /// The engine's histogram was read.
    ///
    /// @param bound no step since the engine's start had more tokens; NaN where that is not known
    public void largest(double bound) {
        if (bound > 0 && bound != largest) {
            begin(bound);
        }
    }

    private synchronized void begin(double bound) {
        longPrompts = 0;
        largest = bound;
        tokens = bound > STEP_TOKENS ? Math.min(bound, MOST_STEP_TOKENS) : STEP_TOKENS;
    }

    /// A prompt was computed.
    ///
    /// @param uncached tokens of it that the engine had to compute
    public void computed(double uncached) {
        if (uncached > LONGER * largest && tokens > largest) {
            count();
        }
    }

    private synchronized void count() {
        longPrompts++;
        if (longPrompts >= ENOUGH) {
            tokens = Math.max(LEAST_STEP_TOKENS, Math.min(largest, tokens));
        }
    }

    /// The limit as learned, or as engines usually have it.
    public double tokens() {
        return tokens;
    }
}
