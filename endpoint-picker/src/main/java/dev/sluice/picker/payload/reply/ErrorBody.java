package dev.sluice.picker.payload.reply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.picker.request.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The body of an error of the picker's own.
///
/// @param message what was wrong, for a person
/// @param reason upstream's name for why a request that was in order is not served, or null
/// @param retryAfter when to try again, where that is known
public record ErrorBody(
        Outcome outcome,
        String message,
        @Nullable String reason,
        @Nullable Duration retryAfter) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// The body in a client's form.
    public String in(ErrorFormat format) {
        return switch (format) {
            case OPENAI -> openAi();
            case ANTHROPIC -> anthropic();
            case TEXT -> "inference error: " + textCode() + " - " + message;
        };
    }

    /// The event of a stream that tells of the error in its middle.
    public String eventIn(ErrorFormat format) {
        return format == ErrorFormat.ANTHROPIC
                ? "event: error\ndata: " + anthropic() + "\n\n"
                : "data: " + openAi() + "\n\n";
    }

    private String openAi() {
        ObjectNode root = NODES.objectNode();
        ObjectNode error = root.putObject("error");
        error.put("message", message);
        error.put("type", openAiType());
        error.put("param", outcome == Outcome.UNKNOWN_MODEL ? "model" : null);
        error.put("code", outcome == Outcome.UNKNOWN_MODEL ? "model_not_found" : outcome.label());
        addRetry(error);
        return root.toString();
    }

    private String anthropic() {
        ObjectNode root = NODES.objectNode();
        root.put("type", "error");
        ObjectNode error = root.putObject("error");
        error.put("type", anthropicType());
        error.put("message", message);
        addRetry(error);
        return root.toString();
    }

    /// A member that neither API has, for clients that see the body alone.
    private void addRetry(ObjectNode error) {
        if (reason != null) {
            error.put("reason", reason);
        }
        if (retryAfter != null) {
            error.put("retry_after_seconds", seconds(retryAfter));
        }
    }

    /// In whole seconds, as the header has them.
    public static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }

    private String openAiType() {
        return switch (outcome.status()) {
            case 400, 404, 408, 413 -> "invalid_request_error";
            case 429 -> "rate_limit_error";
            default -> "server_error";
        };
    }

    private String anthropicType() {
        return switch (outcome.status()) {
            case 400 -> "invalid_request_error";
            case 404 -> "not_found_error";
            case 408 -> "timeout_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            default -> "api_error";
        };
    }

    private String textCode() {
        return switch (outcome.status()) {
            case 400 -> "BadRequest";
            case 404 -> "NotFound";
            case 408 -> "RequestTimeout";
            case 413 -> "PayloadTooLarge";
            case 429 -> "ResourceExhausted";
            case 503 -> "ServiceUnavailable";
            default -> "Internal";
        };
    }
}
