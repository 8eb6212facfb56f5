package dev.sluice.picker.payload.json;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The inside of JSON strings: finds the end, undoes escapes, checks UTF-8; stops and goes on at any byte.
///
/// Almost all bytes of a body are plain string content, so eight of them are tested at once, four times in a step, and
/// many times in a step where plain content goes on. A byte needs attention when it is `"`, `\`, a control character or
/// not ASCII, and each test marks the byte's high bit in a 64-bit word. Subtracting 1 from an ASCII byte sets it only
/// if the byte is zero, which is how a backslash is found; flipping bit 1 moves the quote next to the control
/// characters and these among themselves, so that one subtraction finds both. A borrow can only mark bytes above a
/// true one, and the lowest mark is the one used. Pieces are handed on as ranges of the input; only an escape's
/// result is written elsewhere.
final class StringLexer {
    private static final VarHandle LANE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle CHARACTER =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong UNALIGNED =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int STEP = 32;
    private static final int LONG_STEP = 1024;

    /// Plain bytes after which long steps are tried.
    private static final int PROBE = 256;

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private enum Mode {
        PLAIN,
        ESCAPE,
        HEX,
        AFTER_HIGH_SURROGATE,
        CLOSED
    }

    private final JsonEvents events;
    private final TextRun run;
    private final byte[] decoded = new byte[4];
    private Mode mode = Mode.CLOSED;
    private int continuations;
    private int lowest;
    private int highest;
    private int hexDigits;
    private int codeUnit;
    private int highSurrogate;

    StringLexer(JsonEvents events) {
        this.events = events;
        this.run = new TextRun(events);
    }

    void open() {
        run.clear();
        mode = Mode.PLAIN;
        continuations = 0;
        highSurrogate = 0;
    }

    boolean closed() {
        return mode == Mode.CLOSED;
    }

    /// Reads until just after the closing quote, or to `end`; `base + i` is the body offset of `a[i]`.
    int scan(byte[] a, int from, int end, long base) {
        int i = from;
        while (i < end && mode != Mode.CLOSED) {
            switch (mode) {
                case PLAIN -> i = plain(a, i, end, base);
                case ESCAPE -> {
                    escape(a[i], base + i);
                    i++;
                }
                case HEX -> {
                    hex(a[i], base + i);
                    i++;
                }
                case AFTER_HIGH_SURROGATE -> {
                    if (a[i] == '\\') {
                        mode = Mode.ESCAPE;
                        i++;
                    } else {
                        replaceHighSurrogate();
                        mode = Mode.PLAIN;
                    }
                }
                case CLOSED -> {}
            }
        }
        return i;
    }

    private int plain(byte[] a, int begin, int end, long base) {
        int from = begin;
        int i = continuations > 0 ? multibyte(a, from, end, base) : from;
        while (true) {
            i = skipPlain(a, i, end);
            if (i == end) {
                run.end(a, from, end);
                return end;
            }
            byte b = a[i];
            if (b < 0) {
                i = multibyte(a, i, end, base);
            } else if (b == '"') {
                run.end(a, from, i);
                mode = Mode.CLOSED;
                return i + 1;
            } else if (b == '\\') {
                if (i + 1 == end || a[i + 1] == 'u') {
                    run.end(a, from, i);
                    mode = Mode.ESCAPE;
                    return i + 1;
                }
                run.add(a, from, i);
                run.add(escaped(a[i + 1], base + i + 1));
                i += 2;
                from = i;
            } else {
                throw new MalformedJson("control character in a string", base + i);
            }
        }
    }

    private static int skipPlain(byte[] a, int from, int end) {
        // Most strings are keys and short values.
        if (from <= end - 8) {
            long marks = marks((long) LANE.get(a, from));
            if (marks != 0) {
                return from + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        int probe = Math.min(end, from + PROBE);
        int i = skipSteps(a, from, probe);
        if (i > probe - STEP) {
            i = skipSteps(a, end - i < LONG_STEP ? i : skipLongSteps(a, i, end), end);
        }
        for (; i <= end - 8; i += 8) {
            long marks = marks((long) LANE.get(a, i));
            if (marks != 0) {
                return i + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        while (i < end && a[i] >= ' ' && a[i] != '"' && a[i] != '\\') {
            i++;
        }
        return i;
    }

    /// The first mark, or where no whole step is left. Four words are tested before a branch, and the mark is found
    /// among them without one: the length of a line cannot be foretold.
    private static int skipSteps(byte[] a, int from, int end) {
        int i = from;
        while (i <= end - STEP) {
            long first = marks((long) LANE.get(a, i));
            long second = marks((long) LANE.get(a, i + 8));
            long third = marks((long) LANE.get(a, i + 16));
            long fourth = marks((long) LANE.get(a, i + 24));
            if ((first | second | third | fourth) != 0) {
                int bits = bits(first) | bits(second) << 8 | bits(third) << 16 | bits(fourth) << 24;
                return i + Integer.numberOfTrailingZeros(bits);
            }
            i += STEP;
        }
        return i;
    }

    /// The high bits of eight bytes side by side, the lowest byte's first.
    private static int bits(long marks) {
        return (int) (((marks >>> 7) * 0x0102040810204080L) >>> 56);
    }

    /// The compiler turns the inner loop into vector instructions, because it has no branch and reads a segment.
    private static int skipLongSteps(byte[] a, int from, int end) {
        MemorySegment segment = MemorySegment.ofArray(a);
        int i = from;
        while (i <= end - LONG_STEP) {
            long marks = 0;
            for (int lane = 0; lane < LONG_STEP; lane += 8) {
                marks |= marks(segment.get(UNALIGNED, (long) i + lane));
            }
            if (marks != 0) {
                break;
            }
            i += LONG_STEP;
        }
        return i;
    }

    private static long marks(long w) {
        long backslash = (w ^ (ONES * '\\')) - ONES;
        long quoteOrControl = (w ^ (ONES * 2)) - ONES * (' ' + 1);
        return (backslash | quoteOrControl | w) & HIGH_BITS;
    }

    /// Skips whole characters of two and three bytes, as long as they are well-formed.
    private static int skipShortCharacters(byte[] a, int from, int end) {
        int i = from;
        while (i <= end - Integer.BYTES) {
            int w = (int) CHARACTER.get(a, i);
            int unit = ((w & 0xF) << 12) | ((w & 0x3F00) >>> 2) | ((w & 0x3F0000) >>> 16);
            if ((w & 0xC0C0F0) == 0x8080E0 && unit >= 0x800 && !Character.isSurrogate((char) unit)) {
                i += 3;
            } else if ((w & 0xC0E0) == 0x80C0 && (w & 0x1E) != 0) {
                i += 2;
            } else {
                break;
            }
        }
        return i;
    }

    /// Checks a run of multi-byte characters against the table of well-formed UTF-8 (Unicode 16, table 3-7).
    private int multibyte(byte[] a, int from, int end, long base) {
        int i = from;
        while (i < end && (continuations > 0 || a[i] < 0)) {
            if (continuations == 0) {
                int next = skipShortCharacters(a, i, end);
                if (next > i) {
                    i = next;
                    continue;
                }
            }
            int b = a[i] & 0xFF;
            if (continuations == 0) {
                lead(b, base + i);
            } else if (b < lowest || b > highest) {
                throw new MalformedJson("invalid UTF-8", base + i);
            } else {
                continuations--;
                lowest = 0x80;
                highest = 0xBF;
            }
            i++;
        }
        return i;
    }

    private void lead(int b, long at) {
        if (b < 0xC2 || b > 0xF4) {
            throw new MalformedJson("invalid UTF-8", at);
        }
        continuations = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
        highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    }

    private void escape(byte b, long at) {
        if (b == 'u') {
            mode = Mode.HEX;
            hexDigits = 0;
            codeUnit = 0;
            return;
        }
        replaceHighSurrogate();
        mode = Mode.PLAIN;
        decoded[0] = escaped(b, at);
        events.text(decoded, 0, 1);
    }

    private static byte escaped(byte b, long at) {
        return switch (b) {
            case '"', '\\', '/' -> b;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> throw new MalformedJson("invalid escape in a string", at);
        };
    }

    private void hex(byte b, long at) {
        int digit = b < 0 ? -1 : Character.digit(b, 16);
        if (digit < 0) {
            throw new MalformedJson("invalid \\u escape in a string", at);
        }
        codeUnit = (codeUnit << 4) | digit;
        if (++hexDigits < 4) {
            return;
        }
        mode = Mode.PLAIN;
        char unit = (char) codeUnit;
        if (highSurrogate != 0 && Character.isLowSurrogate(unit)) {
            int codePoint = Character.toCodePoint((char) highSurrogate, unit);
            highSurrogate = 0;
            emitCodePoint(codePoint);
            return;
        }
        replaceHighSurrogate();
        if (Character.isHighSurrogate(unit)) {
            highSurrogate = unit;
            mode = Mode.AFTER_HIGH_SURROGATE;
        } else {
            emitCodePoint(Character.isLowSurrogate(unit) ? 0xFFFD : unit);
        }
    }

    /// A surrogate without its pair is JSON but not text; like most decoders we read U+FFFD and let the engine
    /// judge.
    private void replaceHighSurrogate() {
        if (highSurrogate != 0) {
            highSurrogate = 0;
            emitCodePoint(0xFFFD);
        }
    }

    private void emitCodePoint(int c) {
        int length;
        if (c < 0x80) {
            decoded[0] = (byte) c;
            length = 1;
        } else if (c < 0x800) {
            decoded[0] = (byte) (0xC0 | (c >> 6));
            length = 2;
        } else if (c < 0x10000) {
            decoded[0] = (byte) (0xE0 | (c >> 12));
            length = 3;
        } else {
            decoded[0] = (byte) (0xF0 | (c >> 18));
            length = 4;
        }
        for (int i = length - 1; i > 0; i--) {
            decoded[i] = (byte) (0x80 | (c & 0x3F));
            c >>= 6;
        }
        events.text(decoded, 0, length);
    }
}
