package dev.sluice.simulator.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.simulator.tokens.PromptBuilder;
import dev.sluice.simulator.tokens.TokenStream;
import java.io.InputStream;
import java.util.function.Predicate;

/// Turns request bodies of all APIs into [ApiCall]s.
public final class RequestParser {
    private static final int EMBEDDING_DIMENSIONS = 32;
    private static final int COMPLETIONS_DEFAULT_TOKENS = 16;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final String model;
    private final Predicate<String> adapters;
    private final int maxModelLen;

    /// @param model name of the base model
    /// @param adapters whether an adapter of that name is known
    public RequestParser(String model, Predicate<String> adapters, int maxModelLen) {
        this.model = model;
        this.adapters = adapters;
        this.maxModelLen = maxModelLen;
    }

    /// The path belongs to an API that generates or embeds.
    public static boolean handles(String path) {
        return switch (path) {
            case "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages", "/v1/embeddings" -> true;
            default -> false;
        };
    }

    /// @param id unique, for the answer
    /// @param now seconds since the epoch
    public ApiCall parse(String path, InputStream bytes, String id, long now) throws ApiError {
        JsonNode body = Json.parse(bytes);
        String name = modelOf(body);
        if (integer(body, "n", 1) != 1) {
            throw ApiError.badRequest("'n' must be 1");
        }
        return switch (path) {
            case "/v1/chat/completions" -> {
                int limit = integer(body, "max_completion_tokens", integer(body, "max_tokens", NO_LIMIT));
                Draft draft = draft(body, PromptReader.chat(body), name, limit);
                yield draft.call(model, new ChatDialect(draft.answer(id, now)));
            }
            case "/v1/completions" -> {
                int limit = integer(body, "max_tokens", COMPLETIONS_DEFAULT_TOKENS);
                Draft draft = draft(body, PromptReader.plain(body, "prompt"), name, limit);
                yield draft.call(model, new CompletionsDialect(draft.answer(id, now)));
            }
            case "/v1/responses" -> {
                int limit = integer(body, "max_output_tokens", NO_LIMIT);
                Draft draft = draft(body, PromptReader.responses(body), name, limit);
                yield draft.call(model, new ResponsesDialect(draft.answer(id, now)));
            }
            case "/v1/messages" -> {
                int limit = integer(body, "max_tokens", NO_LIMIT);
                Draft draft = draft(body, PromptReader.messages(body), name, limit);
                yield draft.call(
                        model,
                        new MessagesDialect(
                                draft.answer(id, now), draft.tokens().promptTokens()));
            }
            case "/v1/embeddings" -> {
                TokenStream tokens = checked(PromptReader.plain(body, "input").build(name));
                boolean base64 = body.path("encoding_format").asText("").equals("base64");
                Draft draft = new Draft(tokens, name, new ApiCall.Output(0, 0, "stop"), body);
                yield draft.call(
                        model,
                        new EmbeddingsDialect(draft.answer(id, now), tokens.embedding(EMBEDDING_DIMENSIONS), base64));
            }
            default -> throw ApiError.notFound("no API at " + path);
        };
    }

    /// The tokens of a body's prompt, for `/tokenize`.
    public long[] tokenize(InputStream bytes) throws ApiError {
        JsonNode body = Json.parse(bytes);
        PromptBuilder prompt = body.has("messages") ? PromptReader.chat(body) : PromptReader.plain(body, "prompt");
        TokenStream tokens = prompt.build(modelOf(body));
        return tokens.ids(0, tokens.promptTokens());
    }

    private Draft draft(JsonNode body, PromptBuilder prompt, String name, int limit) throws ApiError {
        if (limit < 1) {
            throw ApiError.badRequest("the limit of tokens must be at least 1, got " + limit);
        }
        TokenStream tokens = checked(prompt.build(name));
        int room = maxModelLen - tokens.promptTokens();
        if (limit != NO_LIMIT && limit > room) {
            throw ApiError.badRequest("This model's maximum context length is " + maxModelLen
                    + " tokens. However, you requested " + limit + " output tokens and your prompt contains "
                    + tokens.promptTokens() + " input tokens. Please reduce the length of either.");
        }
        int most = Math.min(limit, room);
        int natural = Math.max(tokens.answerTokens(), integer(body, "min_tokens", 0));
        boolean cut = body.path("ignore_eos").asBoolean(false) || natural >= most;
        ApiCall.Output output =
                cut ? new ApiCall.Output(most, most, "length") : new ApiCall.Output(natural, most, "stop");
        return new Draft(tokens, name, output, body);
    }

    private TokenStream checked(TokenStream tokens) throws ApiError {
        if (tokens.promptTokens() >= maxModelLen) {
            throw ApiError.badRequest("This model's maximum context length is " + maxModelLen
                    + " tokens. However, your request has " + tokens.promptTokens()
                    + " input tokens. Please reduce the length of the input messages.");
        }
        return tokens;
    }

    private String modelOf(JsonNode body) throws ApiError {
        JsonNode name = body.get("model");
        if (name == null || name.isNull()) {
            return model;
        }
        if (!name.isTextual()) {
            throw ApiError.badRequest("'model' must be a text");
        }
        if (!name.textValue().equals(model) && !adapters.test(name.textValue())) {
            throw ApiError.notFound("The model `" + name.textValue() + "` does not exist.");
        }
        return name.textValue();
    }

    private static int integer(JsonNode body, String field, int otherwise) throws ApiError {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isInt()) {
            throw ApiError.badRequest("'" + field + "' must be an integer");
        }
        return value.intValue();
    }

    /// The facts of a call that are known before its dialect.
    private record Draft(TokenStream tokens, String name, ApiCall.Output output, JsonNode body) {

        Answer answer(String id, long now) {
            boolean usage = body.path("stream_options").path("include_usage").asBoolean(false);
            return new Answer(id, now, name, output.finishReason(), usage);
        }

        ApiCall call(String baseModel, Dialect dialect) {
            boolean stream = output.tokens() > 0 && body.path("stream").asBoolean(false);
            String adapter = name.equals(baseModel) ? null : name;
            return new ApiCall(tokens, adapter, output, stream, dialect);
        }
    }
}
