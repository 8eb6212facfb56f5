package dev.sluice.picker.payload.json;

import dev.sluice.picker.payload.json.JsonEvents.Token;

/// An incremental JSON reader that checks everything RFC 8259 asks for, builds no tree and keeps no input.
///
/// It accepts the text in pieces that may end anywhere, also inside a character, an escape or a literal. Between
/// calls it keeps one state, the kinds of the open containers (a bit each) and the few bits of the open scalar. A
/// fault is thrown as [MalformedJson], after which only [#reset] may be called.
public final class JsonLexer {
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private enum State {
        VALUE,
        FIRST_ELEMENT,
        FIRST_KEY,
        NEXT_KEY,
        COLON,
        AFTER_VALUE,
        END,
        STRING,
        NUMBER,
        LITERAL
    }

    private final JsonEvents events;
    private final StringLexer strings;
    private final NumberLexer numbers;
    private final long[] objects;
    private final int maxDepth;

    private State state = State.VALUE;
    private Token token = Token.NULL;
    private int depth;
    private int literalIndex;
    private long offset;

    public JsonLexer(JsonEvents events, int maxDepth) {
        this.events = events;
        this.strings = new StringLexer(events);
        this.numbers = new NumberLexer(events);
        this.objects = new long[maxDepth / 64 + 1];
        this.maxDepth = maxDepth;
    }

    /// Forgets the text so far; offsets go on from `newOffset`.
    public void reset(long newOffset) {
        state = State.VALUE;
        depth = 0;
        offset = newOffset;
    }

    public void accept(byte[] a, int from, int end) {
        long base = offset - from;
        int i = from;
        while (i < end) {
            i = switch (state) {
                case STRING -> string(a, i, end, base);
                case NUMBER -> number(a, i, end, base);
                case LITERAL -> literal(a[i], i, base);
                case VALUE, FIRST_ELEMENT, FIRST_KEY, NEXT_KEY, COLON, AFTER_VALUE, END -> structure(a[i], i, base);
            };
        }
        offset = base + end;
    }

    /// A whole value has been read.
    public boolean complete() {
        return state == State.END;
    }

    /// Checks that the text is complete.
    public void finish() {
        if (state == State.NUMBER) {
            numbers.close(offset);
            endValue(offset);
        }
        if (state != State.END) {
            throw new MalformedJson("unexpected end of JSON", offset);
        }
    }

    private int string(byte[] a, int from, int end, long base) {
        int i = strings.scan(a, from, end, base);
        if (strings.closed()) {
            if (token == Token.KEY) {
                state = State.COLON;
                events.end(Token.KEY, base + i);
            } else {
                endValue(base + i);
            }
        }
        return i;
    }

    private int number(byte[] a, int from, int end, long base) {
        int i = numbers.scan(a, from, end, base);
        if (i < end) {
            endValue(base + i);
        }
        return i;
    }

    private int literal(byte b, int i, long base) {
        byte[] expected = token == Token.TRUE ? TRUE : token == Token.FALSE ? FALSE : NULL;
        if (b != expected[literalIndex]) {
            throw unexpected(b, base + i);
        }
        if (++literalIndex == expected.length) {
            endValue(base + i + 1);
        }
        return i + 1;
    }

    private int structure(byte b, int i, long base) {
        if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
            return i + 1;
        }
        long at = base + i;
        switch (state) {
            case VALUE -> value(b, at);
            case FIRST_ELEMENT -> {
                if (b == ']') {
                    close(b, at);
                } else {
                    value(b, at);
                }
            }
            case FIRST_KEY -> {
                if (b == '}') {
                    close(b, at);
                } else {
                    key(b, at);
                }
            }
            case NEXT_KEY -> key(b, at);
            case COLON -> {
                require(b == ':', b, at);
                state = State.VALUE;
            }
            case AFTER_VALUE -> {
                if (b == ',') {
                    state = inObject() ? State.NEXT_KEY : State.VALUE;
                } else {
                    close(b, at);
                }
            }
            case END -> throw new MalformedJson("unexpected data after the JSON value", at);
            case STRING, NUMBER, LITERAL -> throw new IllegalStateException(state.name());
        }
        // A number's first byte belongs to its text, so it is read again.
        return state == State.NUMBER ? i : i + 1;
    }

    private void value(byte b, long at) {
        switch (b) {
            case '{' -> open(Token.OBJECT, State.FIRST_KEY, at);
            case '[' -> open(Token.ARRAY, State.FIRST_ELEMENT, at);
            case '"' -> {
                strings.open();
                scalar(Token.STRING, State.STRING, at);
            }
            case 't' -> scalar(Token.TRUE, State.LITERAL, at);
            case 'f' -> scalar(Token.FALSE, State.LITERAL, at);
            case 'n' -> scalar(Token.NULL, State.LITERAL, at);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                numbers.open();
                scalar(Token.NUMBER, State.NUMBER, at);
            }
            default -> throw unexpected(b, at);
        }
    }

    private void scalar(Token kind, State next, long at) {
        token = kind;
        state = next;
        literalIndex = 1;
        events.begin(kind, at);
    }

    private void key(byte b, long at) {
        require(b == '"', b, at);
        strings.open();
        scalar(Token.KEY, State.STRING, at);
    }

    private void open(Token kind, State next, long at) {
        if (depth == maxDepth) {
            throw new MalformedJson("nested deeper than " + maxDepth + " levels", at);
        }
        long bit = 1L << depth;
        objects[depth >> 6] = kind == Token.OBJECT ? objects[depth >> 6] | bit : objects[depth >> 6] & ~bit;
        depth++;
        state = next;
        events.begin(kind, at);
    }

    private void close(byte b, long at) {
        require(b == (inObject() ? '}' : ']'), b, at);
        token = inObject() ? Token.OBJECT : Token.ARRAY;
        depth--;
        endValue(at + 1);
    }

    private void endValue(long at) {
        state = depth == 0 ? State.END : State.AFTER_VALUE;
        events.end(token, at);
    }

    private boolean inObject() {
        return (objects[(depth - 1) >> 6] & (1L << (depth - 1))) != 0;
    }

    private static void require(boolean holds, byte b, long at) {
        if (!holds) {
            throw unexpected(b, at);
        }
    }

    private static MalformedJson unexpected(byte b, long at) {
        String what = b > ' ' && b < 0x7F ? "'" + (char) b + "'" : "byte 0x%02x".formatted(b);
        return new MalformedJson("unexpected " + what, at);
    }
}
