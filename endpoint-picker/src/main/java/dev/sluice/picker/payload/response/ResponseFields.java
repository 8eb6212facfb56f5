package dev.sluice.picker.payload.response;

import dev.sluice.picker.payload.json.JsonEvents;
import dev.sluice.picker.payload.json.TextBuffer;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Recognises token counts, generated content and errors in an answer's JSON, over all events of one answer.
///
/// Counts stand in `usage` at the top (OpenAI), in `response.usage` (its Responses API) or `message.usage`
/// (Anthropic, which gives the prompt's count first and the completion's with the last event); their details one
/// level below.
final class ResponseFields implements JsonEvents {
    /// The keys that matter.
    private enum Key {
        USAGE,
        RESPONSE,
        MESSAGE,
        ERROR,
        PROMPT_TOKENS,
        INPUT_TOKENS,
        COMPLETION_TOKENS,
        OUTPUT_TOKENS,
        CACHED_TOKENS,
        CACHE_READ_INPUT_TOKENS,
        CACHE_CREATION_INPUT_TOKENS,
        CONTENT,
        TEXT,
        DELTA,
        REASONING_CONTENT,
        REASONING,
        THINKING,
        REFUSAL,
        ARGUMENTS,
        PARTIAL_JSON,
        OTHER;

        private static final Key[][] BY_LENGTH = byLength();

        private final String text = name().toLowerCase(Locale.ROOT);

        private static Key[][] byLength() {
            Key[][] keys = new Key[MAX_KEY_BYTES + 1][];
            for (int i = 0; i < keys.length; i++) {
                int length = i;
                keys[i] = Arrays.stream(values())
                        .filter(key -> key.text.length() == length)
                        .toArray(Key[]::new);
            }
            return keys;
        }

        static Key of(TextBuffer text) {
            if (text.length() <= MAX_KEY_BYTES) {
                for (Key key : BY_LENGTH[text.length()]) {
                    if (text.matches(key.text)) {
                        return key;
                    }
                }
            }
            return OTHER;
        }
    }

    private static final int MAX_KEY_BYTES = 32;

    private final TextBuffer text = new TextBuffer();
    private boolean collecting;
    private boolean generating;
    private int depth;
    private int usageDepth;
    private Key key = Key.OTHER;
    private Key top = Key.OTHER;

    private boolean sawError;
    private boolean sawContent;
    /// Bytes of the first content, as they stand in the JSON.
    private int firstContentBytes;
    private boolean inFirstContent;
    private long prompt = TokenUsage.UNKNOWN;
    private long completion = TokenUsage.UNKNOWN;
    private long cached = TokenUsage.UNKNOWN;
    private long read;
    private long created;

    /// A new event begins.
    void reset() {
        depth = 0;
        usageDepth = 0;
        collecting = false;
        key = Key.OTHER;
        top = Key.OTHER;
    }

    boolean sawContent() {
        return sawContent;
    }

    /// An answer says that it failed: in `error` at the top or of its `response`.
    boolean sawError() {
        return sawError;
    }

    int firstContentBytes() {
        return firstContentBytes;
    }

    @Nullable
    TokenUsage usage() {
        if (prompt == TokenUsage.UNKNOWN && completion == TokenUsage.UNKNOWN) {
            return null;
        }
        // Anthropic's input tokens are those that no cache was involved in.
        long all = prompt == TokenUsage.UNKNOWN ? prompt : prompt + read + created;
        return new TokenUsage(all, completion, cached);
    }

    @Override
    public void begin(Token token, long at) {
        generating = token == Token.STRING && isContent();
        sawError |= key == Key.ERROR && (token == Token.OBJECT || token == Token.STRING) && mayHoldError();
        collecting = token == Token.KEY || (token == Token.NUMBER && inUsage());
        if (collecting) {
            text.clear();
        }
        if (token == Token.OBJECT || token == Token.ARRAY) {
            depth++;
            if (token == Token.OBJECT && usageDepth == 0 && key == Key.USAGE && mayHoldUsage()) {
                usageDepth = depth;
            }
        }
    }

    /// The object just begun is the value of a top-level key, or of a key of the response or message.
    private boolean mayHoldUsage() {
        return depth == 2 || (depth == 3 && (top == Key.RESPONSE || top == Key.MESSAGE));
    }

    /// The value about to begin is that of a top-level key, or of a key of the response.
    private boolean mayHoldError() {
        return depth == 1 || (depth == 2 && top == Key.RESPONSE);
    }

    private boolean inUsage() {
        return usageDepth > 0 && depth <= usageDepth + 1;
    }

    private boolean isContent() {
        return !sawContent && top != Key.RESPONSE && key.compareTo(Key.CONTENT) >= 0 && key != Key.OTHER;
    }

    @Override
    public void text(byte[] array, int from, int to) {
        if (generating) {
            sawContent = true;
            generating = false;
            inFirstContent = true;
        }
        if (inFirstContent) {
            firstContentBytes += to - from;
        }
        if (collecting && text.length() <= MAX_KEY_BYTES) {
            text.write(array, from, Math.min(to, from + MAX_KEY_BYTES));
        }
    }

    @Override
    public void end(Token token, long at) {
        inFirstContent = false;
        if (token == Token.KEY) {
            key = Key.of(text);
            if (depth == 1) {
                top = key;
            }
        } else if (token == Token.NUMBER && collecting) {
            count(text.toCount());
        } else if (token == Token.OBJECT || token == Token.ARRAY) {
            if (depth == usageDepth) {
                usageDepth = 0;
            }
            depth--;
        }
        collecting = false;
        if (token != Token.KEY) {
            key = Key.OTHER;
        }
    }

    private void count(long count) {
        if (count < 0) {
            return;
        }
        switch (key) {
            case PROMPT_TOKENS, INPUT_TOKENS -> prompt = depth == usageDepth ? count : prompt;
            case COMPLETION_TOKENS, OUTPUT_TOKENS -> completion = depth == usageDepth ? count : completion;
            case CACHED_TOKENS -> cached = count;
            case CACHE_READ_INPUT_TOKENS -> {
                read = count;
                cached = count;
            }
            case CACHE_CREATION_INPUT_TOKENS -> created = count;
            default -> {}
        }
    }
}
