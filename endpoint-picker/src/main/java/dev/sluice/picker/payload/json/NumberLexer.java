package dev.sluice.picker.payload.json;

/// The inside of JSON numbers: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, stopping at any byte.
final class NumberLexer {
    private enum NumberPart {
        START,
        MINUS,
        ZERO,
        INTEGER,
        POINT,
        FRACTION,
        EXPONENT,
        EXPONENT_SIGN,
        EXPONENT_DIGITS,
        END
    }

    private final JsonEvents events;
    private NumberPart part = NumberPart.END;

    NumberLexer(JsonEvents events) {
        this.events = events;
    }

    void open() {
        part = NumberPart.START;
    }

    /// Reads to the first byte that is not the number's, or to `end`.
    int scan(byte[] a, int from, int end, long base) {
        int i = from;
        while (i < end) {
            if (part == NumberPart.INTEGER) {
                i = skipDigits(a, i, end);
                if (i == end) {
                    break;
                }
            }
            NumberPart next = after(part, a[i]);
            if (next == NumberPart.END) {
                close(base + i);
                break;
            }
            part = next;
            i++;
        }
        if (from < i) {
            events.text(a, from, i);
        }
        return i;
    }

    /// Checks that the number may end here.
    void close(long at) {
        part = switch (part) {
            case ZERO, INTEGER, FRACTION, EXPONENT_DIGITS -> NumberPart.END;
            case START, MINUS, POINT, EXPONENT, EXPONENT_SIGN, END -> throw new MalformedJson("invalid number", at);
        };
    }

    private static NumberPart after(NumberPart part, byte b) {
        boolean digit = isDigit(b);
        return switch (part) {
            case START, MINUS ->
                b == '0'
                        ? NumberPart.ZERO
                        : digit
                                ? NumberPart.INTEGER
                                : b == '-' && part == NumberPart.START ? NumberPart.MINUS : NumberPart.END;
            case ZERO, INTEGER ->
                digit && part == NumberPart.INTEGER
                        ? NumberPart.INTEGER
                        : b == '.' ? NumberPart.POINT : isExponent(b) ? NumberPart.EXPONENT : NumberPart.END;
            case POINT, FRACTION ->
                digit
                        ? NumberPart.FRACTION
                        : isExponent(b) && part == NumberPart.FRACTION ? NumberPart.EXPONENT : NumberPart.END;
            case EXPONENT ->
                digit ? NumberPart.EXPONENT_DIGITS : b == '+' || b == '-' ? NumberPart.EXPONENT_SIGN : NumberPart.END;
            case EXPONENT_SIGN, EXPONENT_DIGITS -> digit ? NumberPart.EXPONENT_DIGITS : NumberPart.END;
            case END -> NumberPart.END;
        };
    }

    private static int skipDigits(byte[] a, int from, int end) {
        int i = from;
        while (i < end && isDigit(a[i])) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isExponent(byte b) {
        return b == 'e' || b == 'E';
    }
}
