package dev.sluice.picker.payload.response;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.json.JsonEvents;
import dev.sluice.picker.payload.json.JsonLexer;
import dev.sluice.picker.payload.json.MalformedJson;
import dev.sluice.picker.payload.json.TextBuffer;

/// Tells whether a server-sent event brings nothing but token counts: JSON whose `choices` is an empty array and
/// whose `usage` is an object.
final class UsageEvent implements JsonEvents {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_KEY_BYTES = 16;

    private final TextBuffer key = new TextBuffer();
    private final JsonLexer lexer = new JsonLexer(this, MAX_DEPTH);
    private int depth;
    private boolean inKey;
    private boolean atChoices;
    private boolean noChoices;
    private boolean usage;

    boolean matches(ByteString event) {
        SseLexer sse = new SseLexer(lexer::accept);
        byte[] bytes = event.toByteArray();
        lexer.reset(0);
        depth = 0;
        atChoices = false;
        noChoices = false;
        usage = false;
        try {
            // An event has ended at the carriage return of its empty line, where it has one.
            int end = sse.scan(bytes, 0, bytes.length);
            return sse.ended() && end >= bytes.length - 1 && lexer.complete() && noChoices && usage;
        } catch (MalformedJson _) {
            return false;
        }
    }

    @Override
    public void begin(Token token, long at) {
        if (token == Token.KEY) {
            inKey = depth == 1;
            key.clear();
        } else if (depth == 1) {
            atChoices = token == Token.ARRAY && key.matches("choices");
            noChoices |= atChoices;
            usage |= token == Token.OBJECT && key.matches("usage");
        } else if (atChoices) {
            noChoices = false;
        }
        if (token == Token.OBJECT || token == Token.ARRAY) {
            depth++;
        }
    }

    @Override
    public void text(byte[] array, int from, int to) {
        if (inKey && key.length() <= MAX_KEY_BYTES) {
            key.write(array, from, Math.min(to, from + MAX_KEY_BYTES));
        }
    }

    @Override
    public void end(Token token, long at) {
        inKey = false;
        if (token == Token.OBJECT || token == Token.ARRAY) {
            depth--;
            if (depth == 1) {
                atChoices = false;
            }
        }
    }
}
