package dev.sluice.picker.signals.exposition;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Parts of a line of the Prometheus text format: `name{label="value",…} value [timestamp]`.
public final class SampleText {
    /// A double holds 15 digits exactly, so dividing by an exact power of ten rounds once, as a parser must.
    private static final int EXACT_DIGITS = 15;

    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private SampleText() {}

    /// The position behind the labels, or `from` where the line has none.
    ///
    /// @param from the end of the name
    static int labelsEnd(byte[] line, int from, int end) {
        if (from >= end || line[from] != '{') {
            return from;
        }
        boolean quoted = false;
        for (int at = from + 1; at < end; at++) {
            switch (line[at]) {
                case '\\' -> at += quoted ? 1 : 0;
                case '"' -> quoted = !quoted;
                case '}' -> {
                    if (!quoted) {
                        return at + 1;
                    }
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("labels without '}': " + text(line, from, end));
    }

    /// The labels by name.
    ///
    /// @param from the position of the opening brace
    /// @param end behind the closing brace; equal to `from` where the line has no labels
    static Map<String, String> labels(byte[] line, int from, int end) {
        String text = text(line, from, end);
        Map<String, String> labels = new HashMap<>();
        int at = 1;
        while (at < text.length() - 1) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw new IllegalArgumentException("labels without '=': " + text);
            }
            StringBuilder value = new StringBuilder();
            int closing = quoted(text, equals + 1, value);
            labels.put(text.substring(at, equals).strip(), value.toString());
            at = closing + 1;
            while (at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == ' ')) {
                at++;
            }
        }
        return labels;
    }

    /// @return the position of the closing quote
    private static int quoted(String text, int opening, StringBuilder to) {
        int at = opening + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            char next = text.charAt(at);
            if (next == '\\' && at + 1 < text.length()) {
                at++;
                char escaped = text.charAt(at);
                to.append(escaped == 'n' ? '\n' : escaped);
            } else {
                to.append(next);
            }
            at++;
        }
        return at;
    }

    /// The value, which a timestamp or an exemplar may follow.
    static double value(byte[] line, int from, int end) {
        int start = from;
        while (start < end && isBlank(line[start])) {
            start++;
        }
        long digits = 0;
        int count = 0;
        int fraction = -1;
        int at = start;
        for (; at < end && !isBlank(line[at]); at++) {
            int digit = line[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                count++;
                fraction += fraction >= 0 ? 1 : 0;
            } else if (line[at] == '.' && fraction < 0) {
                fraction = 0;
            } else {
                return rareValue(line, start, end);
            }
        }
        return count == 0 || count > EXACT_DIGITS
                ? rareValue(line, start, end)
                : digits / POWERS_OF_TEN[Math.max(0, fraction)];
    }

    private static double rareValue(byte[] line, int from, int end) {
        int stop = from;
        while (stop < end && !isBlank(line[stop])) {
            stop++;
        }
        return number(text(line, from, stop));
    }

    public static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static boolean isBlank(byte each) {
        return each == ' ' || each == '\t' || each == '\r';
    }

    private static String text(byte[] line, int from, int end) {
        return new String(line, from, end - from, StandardCharsets.UTF_8);
    }
}
