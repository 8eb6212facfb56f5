package dev.sluice.picker.payload;

/// The inside of JSON numbers: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, stopping at any byte.
final class NumberLexer {
    private enum Part {
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
    private Part part = Part.END;

    NumberLexer(JsonEvents events) {
        this.events = events;
    }

    void open() {
        part = Part.START;
    }

    /// Reads to the first byte that is not the number's, or to `end`.
    int scan(byte[] a, int from, int end, long base) {
        int i = from;
        while (i < end) {
            if (part == Part.INTEGER) {
                i = skipDigits(a, i, end);
                if (i == end) {
                    break;
                }
            }
            Part next = after(part, a[i]);
            if (next == Part.END) {
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
            case ZERO, INTEGER, FRACTION, EXPONENT_DIGITS -> Part.END;
            case START, MINUS, POINT, EXPONENT, EXPONENT_SIGN, END -> throw new MalformedJson("invalid number", at);
        };
    }

    private static Part after(Part part, byte b) {
        boolean digit = isDigit(b);
        return switch (part) {
            case START, MINUS ->
                b == '0' ? Part.ZERO : digit ? Part.INTEGER : b == '-' && part == Part.START ? Part.MINUS : Part.END;
            case ZERO, INTEGER ->
                digit && part == Part.INTEGER
                        ? Part.INTEGER
                        : b == '.' ? Part.POINT : isExponent(b) ? Part.EXPONENT : Part.END;
            case POINT, FRACTION ->
                digit ? Part.FRACTION : isExponent(b) && part == Part.FRACTION ? Part.EXPONENT : Part.END;
            case EXPONENT -> digit ? Part.EXPONENT_DIGITS : b == '+' || b == '-' ? Part.EXPONENT_SIGN : Part.END;
            case EXPONENT_SIGN, EXPONENT_DIGITS -> digit ? Part.EXPONENT_DIGITS : Part.END;
            case END -> Part.END;
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
