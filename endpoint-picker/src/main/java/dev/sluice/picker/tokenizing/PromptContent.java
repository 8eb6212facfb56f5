package dev.sluice.picker.tokenizing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.picker.prompt.Api;
import dev.sluice.picker.prompt.PromptTokens;
import java.util.List;

/// The part of a request's body that decides the prompt's tokens.
sealed interface PromptContent {
    String TEMPLATE_VARIABLES = "chat_template_kwargs";
    String DOCUMENTS = "documents";
    String REASONING_EFFORT = "reasoning_effort";
    String THINKING = "enable_thinking";

    /// Fields of a chat completion that vLLM's `/tokenize` takes too.
    List<String> CHAT_FIELDS = List.of(
            "messages",
            "tools",
            "add_generation_prompt",
            "continue_final_message",
            "add_special_tokens",
            "chat_template",
            TEMPLATE_VARIABLES);

    /// A prompt of token ids.
    record Tokens(PromptTokens tokens) implements PromptContent {}

    record Text(String text, boolean specialTokens) implements PromptContent {}

    /// A chat of text only, which the model's template renders.
    ///
    /// @param fields the fields of [#CHAT_FIELDS] that the body has
    record Chat(ObjectNode fields) implements PromptContent {}

    /// Several prompts, images and other media, and APIs whose bodies no tokenizer takes.
    record Unsupported() implements PromptContent {}

    static PromptContent of(Api api, JsonNode body) {
        return switch (api) {
            case COMPLETIONS -> completion(body);
            case CHAT_COMPLETIONS -> chat(body);
            default -> new Unsupported();
        };
    }

    /// Variables that a chat's own fields give its template: `/tokenize` does not take them by name, and the template
    /// begins the prompt with them. As in vLLM they win over variables that the client sets itself, but for the
    /// one that only follows from a field.
    private static void addTemplateVariables(JsonNode body, ObjectNode fields) {
        ObjectNode variables = JsonNodeFactory.instance.objectNode();
        if (fields.get(TEMPLATE_VARIABLES) instanceof ObjectNode own) {
            variables.setAll(own);
        }
        if (body.hasNonNull(DOCUMENTS)) {
            variables.set(DOCUMENTS, body.get(DOCUMENTS));
        }
        if (body.hasNonNull(REASONING_EFFORT)) {
            variables.set(REASONING_EFFORT, body.get(REASONING_EFFORT));
            if (!variables.has(THINKING)) {
                variables.put(THINKING, !body.get(REASONING_EFFORT).asText().equals("none"));
            }
        }
        if (!variables.isEmpty()) {
            fields.set(TEMPLATE_VARIABLES, variables);
        }
    }

    private static PromptContent completion(JsonNode body) {
        JsonNode prompt = body.path("prompt");
        if (prompt.isArray() && prompt.size() == 1 && !prompt.get(0).isNumber()) {
            prompt = prompt.get(0);
        }
        if (prompt.isTextual()) {
            return new Text(prompt.textValue(), body.path("add_special_tokens").asBoolean(true));
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            return new Unsupported();
        }
        int[] ids = new int[prompt.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!prompt.get(i).canConvertToLong()) {
                return new Unsupported();
            }
            ids[i] = (int) prompt.get(i).longValue();
        }
        return new Tokens(new PromptTokens(ids));
    }

    private static PromptContent chat(JsonNode body) {
        for (JsonNode message : body.path("messages")) {
            for (JsonNode part : message.path("content")) {
                if (!part.path("type").asText("text").equals("text")) {
                    return new Unsupported();
                }
            }
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (String name : CHAT_FIELDS) {
            if (body.hasNonNull(name)) {
                fields.set(name, body.get(name));
            }
        }
        addTemplateVariables(body, fields);
        return fields.has("messages") ? new Chat(fields) : new Unsupported();
    }
}
