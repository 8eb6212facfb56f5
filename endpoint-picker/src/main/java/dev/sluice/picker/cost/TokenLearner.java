package dev.sluice.picker.cost;

import static dev.sluice.picker.constants.ObservationConstants.LEARNING_SHARE;
import static dev.sluice.picker.constants.ObservationConstants.MAX_ANSWER_TOKENS;
import static dev.sluice.picker.constants.ObservationConstants.MAX_BYTES_PER_TOKEN;
import static dev.sluice.picker.constants.ObservationConstants.MIN_BYTES_PER_TOKEN;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Learns each model's [TokenModel] from the usage that engines report.
///
/// Each report moves the estimate by a fixed share, so that it forgets and follows a change; what one report
/// can say is bounded, so that an absurd one does little harm.
public final class TokenLearner {
    /// In a pool that passes every name through, clients choose the names; beyond this many they share the
    /// initial model.
    private static final int MAX_MODELS = 1_000;

    private final Map<ModelName, TokenModel> models = new ConcurrentHashMap<>();

    public TokenModel of(ModelName model) {
        return models.getOrDefault(model, TokenModel.initial());
    }

    /// @param promptBytes the bytes of prompt text behind `usage.promptTokens()`
    public void observe(ModelName model, long promptBytes, TokenUsage usage) {
        if (usage.promptTokens() <= 0 || promptBytes <= 0) {
            return;
        }
        if (isOneTooMany(model)) {
            return;
        }
        double ratio = ratio(promptBytes, usage.promptTokens());
        models.merge(model, moved(TokenModel.initial(), ratio, usage), (current, _) -> moved(current, ratio, usage));
    }

    /// Learns from several prompts at once, whose tokens an engine has counted together, as much as from a
    /// report of each.
    public void observePrompts(ModelName model, long bytes, long promptTokens, int prompts) {
        if (promptTokens <= 0 || bytes <= 0 || isOneTooMany(model)) {
            return;
        }
        double ratio = ratio(bytes, promptTokens);
        double share = 1 - Math.pow(1 - LEARNING_SHARE, prompts);
        TokenModel first = TokenModel.initial();
        models.merge(model, moved(first, ratio, share), (current, _) -> moved(current, ratio, share));
    }

    private static double ratio(long bytes, long tokens) {
        return Math.clamp((double) bytes / tokens, MIN_BYTES_PER_TOKEN, MAX_BYTES_PER_TOKEN);
    }

    /// Learns the length of an answer that was counted by the picker, for its engine reported no usage.
    public void observeAnswer(ModelName model, long completionTokens) {
        if (!isOneTooMany(model)) {
            TokenModel first = TokenModel.initial();
            models.merge(
                    model, lengthened(first, completionTokens), (current, _) -> lengthened(current, completionTokens));
        }
    }

    private boolean isOneTooMany(ModelName model) {
        return !models.containsKey(model) && models.size() >= MAX_MODELS;
    }

    private static TokenModel moved(TokenModel from, double ratio, double share) {
        return new TokenModel(from.bytesPerToken() + share * (ratio - from.bytesPerToken()), from.outputTokens());
    }

    private static TokenModel moved(TokenModel from, double ratio, TokenUsage usage) {
        TokenModel moved = moved(from, ratio, LEARNING_SHARE);
        return usage.completionTokens() < 0 ? moved : lengthened(moved, usage.completionTokens());
    }

    private static TokenModel lengthened(TokenModel from, long completionTokens) {
        double answer = Math.min(completionTokens, MAX_ANSWER_TOKENS);
        return new TokenModel(
                from.bytesPerToken(), from.outputTokens() + LEARNING_SHARE * (answer - from.outputTokens()));
    }
}
