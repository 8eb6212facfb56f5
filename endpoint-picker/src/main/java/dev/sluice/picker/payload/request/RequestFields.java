package dev.sluice.picker.payload.request;

import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.json.JsonEvents;
import dev.sluice.picker.payload.json.MalformedJson;
import dev.sluice.picker.payload.json.TextBuffer;
import dev.sluice.picker.prompt.Api;
import org.jspecify.annotations.Nullable;

/// Recognises the top-level fields of a request body and hands the prompt's to [PromptReader].
final class RequestFields implements JsonEvents {
    /// The words that engines in Python take for true, beside 1.
    private static final String[] TRUE = {"true", "t", "yes", "y", "on"};

    private final ScanLimits limits;
    private final PromptReader prompt;
    private final HeldMembers keys = new HeldMembers();
    private final TextBuffer text = new TextBuffer();
    private final StreamOptions streamOptions = new StreamOptions();

    /// The model of the body before: most name the same.
    private @Nullable ModelName recent;

    private Api api = Api.COMPLETIONS;
    private int depth;
    private boolean collecting;
    /// The text that is being collected is longer than a hint may be.
    private boolean overlong;
    private @Nullable Field field;
    private long begin;

    private @Nullable ModelName model;
    private ByteSpan modelSpan = ByteSpan.NONE;
    private boolean stream;
    private long maxTokens;
    private long maxCompletionTokens;
    private long maxOutputTokens;
    private long choices = 1;
    private @Nullable String cacheSalt;

    RequestFields(ScanLimits limits) {
        this.limits = limits;
        this.prompt = new PromptReader(limits);
    }

    /// The body is that API's.
    void start(Api bodyApi) {
        api = bodyApi;
    }

    /// Forgets the body.
    void reset() {
        prompt.reset();
        keys.clear();
        text.clear();
        depth = 0;
        collecting = false;
        field = null;
        streamOptions.reset();
        model = null;
        modelSpan = ByteSpan.NONE;
        stream = false;
        maxTokens = 0;
        maxCompletionTokens = 0;
        maxOutputTokens = 0;
        choices = 1;
        cacheSalt = null;
    }

    ScannedRequest result() {
        long limit = maxCompletionTokens > 0 ? maxCompletionTokens : maxTokens > 0 ? maxTokens : maxOutputTokens;
        return new ScannedRequest(
                new ScannedRequest.ModelField(model, modelSpan),
                false,
                new ScannedRequest.Output(stream, limit, choices),
                new ScannedRequest.UsageField(streamOptions.usage(), streamOptions.at()),
                cacheSalt,
                prompt.result());
    }

    @Override
    public void begin(Token token, long at) {
        if (depth == 0) {
            if (token != Token.OBJECT) {
                throw new MalformedJson("the body must be a JSON object", at);
            }
            depth = 1;
            streamOptions.body(at);
            return;
        }
        if (field != null && field.isPrompt()) {
            prompt.begin(token);
        } else if (depth == 1 && token == Token.KEY) {
            collect(at);
        } else if (depth == 1 && field != null) {
            value(field, token, at);
        } else if (depth == 2 && field == Field.STREAM_OPTIONS) {
            option(token, at);
        }
        if (token == Token.OBJECT || token == Token.ARRAY) {
            depth++;
        }
    }

    private void collect(long at) {
        begin = at;
        collecting = true;
        overlong = false;
        text.clear();
    }

    /// Engines read numbers that are strings, and booleans that are either: so they are read here.
    private void value(Field scalar, Token token, long at) {
        boolean readable = token == Token.STRING || token == Token.NUMBER;
        switch (scalar) {
            case MODEL -> {
                if (token != Token.STRING && token != Token.NULL) {
                    throw new MalformedJson("model must be a string", at);
                }
                collect(at);
            }
            case STREAM_OPTIONS -> streamOptions.begin(token, at);
            case STREAM -> {
                stream = token == Token.TRUE;
                collectIf(readable, at);
            }
            case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS, N -> collectIf(readable, at);
            case CACHE_SALT -> collectIf(token == Token.STRING, at);
            default -> {}
        }
    }

    private void collectIf(boolean readable, long at) {
        if (readable) {
            collect(at);
        }
    }

    private void option(Token token, long at) {
        if (token == Token.KEY) {
            collect(at);
        } else {
            streamOptions.value(token, at);
        }
    }

    @Override
    public void text(byte[] array, int from, int to) {
        if (collecting) {
            if (!overlong && text.length() + to - from > limits.maxNameBytes()) {
                endTooLong();
            }
            if (!overlong) {
                text.write(array, from, to);
            }
        } else if (field != null && field.isPrompt()) {
            prompt.text(array, from, to);
        }
    }

    private void endTooLong() {
        if (field == null || field == Field.MODEL) {
            String what = field == null ? "a key" : "model";
            throw new MalformedJson(what + " is longer than " + limits.maxNameBytes() + " bytes", begin);
        }
        overlong = true;
        text.clear();
    }

    @Override
    public void end(Token token, long at) {
        if (token == Token.OBJECT || token == Token.ARRAY) {
            depth--;
        }
        if (field != null && field.isPrompt()) {
            prompt.end(token, at);
        } else if (collecting && token == Token.KEY) {
            endKey();
        } else if (collecting && field != null) {
            endScalar(field, at);
        }
        collecting = false;
        if (depth == 1 && token != Token.KEY) {
            field = null;
        }
    }

    private void endKey() {
        if (depth > 1) {
            streamOptions.key(text);
            return;
        }
        if (!keys.add(text)) {
            throw new MalformedJson("duplicate key " + text, begin);
        }
        if (keys.size() > limits.maxKeys()) {
            throw new MalformedJson("more than " + limits.maxKeys() + " keys", begin);
        }
        field = Field.of(text, api);
        if (field != null && field.isPrompt()) {
            prompt.start(field);
        }
    }

    private void endScalar(Field scalar, long at) {
        switch (scalar) {
            case MODEL -> endModel(at);
            case STREAM -> stream = text.toCount() == 1 || text.matchesAnyOf(TRUE);
            case CACHE_SALT -> cacheSalt = overlong ? null : text.toString();
            case MAX_TOKENS -> maxTokens = count(0);
            case MAX_COMPLETION_TOKENS -> maxCompletionTokens = count(0);
            case MAX_OUTPUT_TOKENS -> maxOutputTokens = count(0);
            case N -> choices = count(1);
            default -> {}
        }
    }

    /// A name that is null or empty is none, but it has a place where another can stand.
    private void endModel(long at) {
        modelSpan = new ByteSpan(begin, at);
        if (text.length() > 0) {
            model = recent != null && text.matches(recent.value()) ? recent : new ModelName(text.toString());
            recent = model;
        }
    }

    private long count(long otherwise) {
        long count = text.toCount();
        return count < 0 ? otherwise : count;
    }
}
