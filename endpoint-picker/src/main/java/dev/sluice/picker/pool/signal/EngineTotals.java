package dev.sluice.picker.pool.signal;

/// The totals of an engine since its start; NaN where it reports none, or an impossible number.
///
/// @param prompts that were computed
/// @param promptTokens of them, with those found in the cache
/// @param generatedTokens of all answers
/// @param stepSeconds between the tokens of each answer, summed over all answers
/// @param steps that many times were summed up
/// @param counting when a prompt is added
public record EngineTotals(
        double prompts,
        double promptTokens,
        double generatedTokens,
        double stepSeconds,
        double steps,
        Counting counting) {
    public static final EngineTotals NONE =
            new EngineTotals(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Counting.AT_FIRST_TOKEN);

    /// No engine lives long enough for more.
    private static final double MOST = 1e15;

    /// The moment at which an engine adds a prompt to its totals.
    public enum Counting {
        AT_FIRST_TOKEN,
        AT_END
    }

    public EngineTotals {
        prompts = sane(prompts);
        promptTokens = sane(promptTokens);
        generatedTokens = sane(generatedTokens);
        stepSeconds = sane(stepSeconds);
        steps = sane(steps);
    }

    private static double sane(double total) {
        return total >= 0 && total <= MOST ? total : Double.NaN;
    }

    /// The engine was not started again in between. What it says for the first time is no restart.
    public boolean continues(EngineTotals before) {
        return !(prompts < before.prompts
                || promptTokens < before.promptTokens
                || generatedTokens < before.generatedTokens
                || stepSeconds < before.stepSeconds
                || steps < before.steps);
    }

    /// The growth of each total.
    public EngineTotals since(EngineTotals before) {
        return new EngineTotals(
                prompts - before.prompts,
                promptTokens - before.promptTokens,
                generatedTokens - before.generatedTokens,
                stepSeconds - before.stepSeconds,
                steps - before.steps,
                counting);
    }
}
