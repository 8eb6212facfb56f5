package dev.sluice.picker.payload;

import dev.sluice.picker.model.Api;
import dev.sluice.picker.model.ModelName;
import org.jspecify.annotations.Nullable;

/// Recognises the top-level fields of a request body and hands the prompt's to [PromptReader].
final class RequestFields implements JsonEvents {
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
                model,
                modelSpan,
                stream,
                streamOptions.usage(),
                streamOptions.at(),
                limit,
                choices,
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
            prompt.begin(token, at);
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
        text.clear();
    }

    private void value(Field scalar, Token token, long at) {
        if (token == Token.NULL && scalar != Field.MODEL) {
            if (scalar == Field.STREAM_OPTIONS) {
                streamOptions.begin(token, at);
            }
            return;
        }
        boolean fits = switch (scalar) {
            case MODEL, CACHE_SALT -> token == Token.STRING;
            case STREAM -> token == Token.TRUE || token == Token.FALSE;
            case STREAM_OPTIONS -> token == Token.OBJECT;
            case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS, N -> token == Token.NUMBER;
            case TOOLS, SYSTEM, INSTRUCTIONS, MESSAGES, INPUT, PROMPT -> false;
        };
        if (!fits) {
            throw scalar.mismatch(at);
        }
        if (scalar == Field.STREAM) {
            stream = token == Token.TRUE;
        } else if (scalar == Field.STREAM_OPTIONS) {
            streamOptions.begin(token, at);
        } else {
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
            if (text.length() + to - from > limits.maxNameBytes()) {
                String what = field == null ? "a key" : field.key();
                throw new MalformedJson(what + " is longer than " + limits.maxNameBytes() + " bytes", begin);
            }
            text.write(array, from, to);
        } else if (field != null && field.isPrompt()) {
            prompt.text(array, from, to);
        }
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
            case MODEL -> {
                if (text.length() == 0) {
                    throw new MalformedJson("model must not be empty", begin);
                }
                model = recent != null && text.matches(recent.value()) ? recent : new ModelName(text.toString());
                recent = model;
                modelSpan = new ByteSpan(begin, at);
            }
            case CACHE_SALT -> cacheSalt = text.toString();
            case MAX_TOKENS -> maxTokens = count(scalar);
            case MAX_COMPLETION_TOKENS -> maxCompletionTokens = count(scalar);
            case MAX_OUTPUT_TOKENS -> maxOutputTokens = count(scalar);
            case N -> choices = count(scalar);
            case STREAM, STREAM_OPTIONS, TOOLS, SYSTEM, INSTRUCTIONS, MESSAGES, INPUT, PROMPT -> {}
        }
    }

    private long count(Field scalar) {
        long count = text.toCount();
        if (count < 0) {
            throw scalar.mismatch(begin);
        }
        return count;
    }
}
