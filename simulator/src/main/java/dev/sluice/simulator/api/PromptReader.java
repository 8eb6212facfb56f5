package dev.sluice.simulator.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.simulator.tokens.PromptBuilder;
import org.jspecify.annotations.Nullable;

/// Reads the prompt out of a request body, in the form of each API.
final class PromptReader {
    private static final String ASSISTANT = "assistant";

    private PromptReader() {}

    static PromptBuilder chat(JsonNode body) throws ApiError {
        PromptBuilder prompt = new PromptBuilder();
        tools(prompt, body);
        messages(prompt, required(body, "messages"), "messages");
        return prompt.open(ASSISTANT);
    }

    static PromptBuilder messages(JsonNode body) throws ApiError {
        PromptBuilder prompt = new PromptBuilder();
        tools(prompt, body);
        if (body.hasNonNull("system")) {
            prompt.turn("system", content(body.get("system")));
        }
        messages(prompt, required(body, "messages"), "messages");
        return prompt.open(ASSISTANT);
    }

    static PromptBuilder responses(JsonNode body) throws ApiError {
        PromptBuilder prompt = new PromptBuilder();
        tools(prompt, body);
        if (body.hasNonNull("instructions")) {
            prompt.turn("system", content(body.get("instructions")));
        }
        JsonNode input = required(body, "input");
        if (input.isTextual()) {
            prompt.turn("user", input.textValue());
        } else {
            messages(prompt, input, "input");
        }
        return prompt.open(ASSISTANT);
    }

    /// A text, a list of token numbers, or a list with exactly one of them.
    static PromptBuilder plain(JsonNode body, String field) throws ApiError {
        JsonNode prompt = required(body, field);
        if (prompt.isArray() && prompt.size() == 1 && !prompt.get(0).isNumber()) {
            prompt = prompt.get(0);
        }
        if (prompt.isTextual() && !prompt.textValue().isEmpty()) {
            return new PromptBuilder().text(prompt.textValue());
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw ApiError.badRequest("'" + field + "' must be a text or a list of tokens that is not empty");
        }
        PromptBuilder tokens = new PromptBuilder();
        for (JsonNode token : prompt) {
            if (!token.isInt()) {
                throw ApiError.badRequest("'" + field + "' must hold one prompt; several are not supported");
            }
            tokens.token(token.intValue());
        }
        return tokens;
    }

    private static void tools(PromptBuilder prompt, JsonNode body) {
        if (body.hasNonNull("tools") && !body.get("tools").isEmpty()) {
            prompt.turn("tools", body.get("tools").toString());
        }
    }

    private static void messages(PromptBuilder prompt, JsonNode messages, String field) throws ApiError {
        if (!messages.isArray() || messages.isEmpty()) {
            throw ApiError.badRequest("'" + field + "' must be a list that is not empty");
        }
        for (JsonNode message : messages) {
            JsonNode role = message.get("role");
            if (role == null || !role.isTextual()) {
                // Items without a role, such as tool results of the responses API, count as what they are.
                prompt.turn("item", message.toString());
            } else {
                prompt.turn(role.textValue(), content(message.get("content")) + calls(message));
            }
        }
    }

    private static String calls(JsonNode message) {
        return message.hasNonNull("tool_calls") ? message.get("tool_calls").toString() : "";
    }

    /// A text, or the texts of a list of parts; other parts, such as images, count as their JSON.
    private static String content(@Nullable JsonNode content) throws ApiError {
        if (content == null || content.isNull()) {
            return "";
        }
        if (content.isTextual()) {
            return content.textValue();
        }
        if (!content.isArray()) {
            throw ApiError.badRequest("'content' must be a text or a list of parts");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            JsonNode words = part.get("text");
            text.append(words != null && words.isTextual() ? words.textValue() : part.toString());
        }
        return text.toString();
    }

    private static JsonNode required(JsonNode body, String field) throws ApiError {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            throw ApiError.badRequest("'" + field + "' is missing");
        }
        return value;
    }
}
