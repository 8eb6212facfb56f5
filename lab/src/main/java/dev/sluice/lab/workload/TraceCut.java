package dev.sluice.lab.workload;

/// The part of a trace that is played: lengths to a scale, prompts up to a length, requests up to a number.
///
/// @param tokenScale lengths in multiples of the recorded ones; 1 where it is not said
/// @param maxPromptTokens where a longer prompt ends, after the scale; 0 for no such end
/// @param requests how many are played at most; 0 for all
public record TraceCut(double tokenScale, int maxPromptTokens, int requests) {
    static final TraceCut NONE = new TraceCut(1, 0, 0);

    public TraceCut {
        tokenScale = tokenScale == 0 ? 1 : tokenScale;
        maxPromptTokens = maxPromptTokens == 0 ? Integer.MAX_VALUE : maxPromptTokens;
        requests = requests == 0 ? Integer.MAX_VALUE : requests;
        if (!(tokenScale > 0) || maxPromptTokens < 1 || requests < 1) {
            throw new IllegalArgumentException(
                    "tokenScale " + tokenScale + ", maxPromptTokens " + maxPromptTokens + ", requests " + requests);
        }
    }

    int promptTokens(int recorded) {
        return Math.min(scaled(recorded), maxPromptTokens);
    }

    int outputTokens(int recorded) {
        return scaled(recorded);
    }

    /// The place in a prompt, so that equal places stay equal.
    int scaled(int recorded) {
        return (int) Math.max(1, Math.round(recorded * tokenScale));
    }
}
