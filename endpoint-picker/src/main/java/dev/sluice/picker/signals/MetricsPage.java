package dev.sluice.picker.signals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the few families that somebody asked for from a page in the Prometheus text format, and skips the rest.
///
/// A vLLM server prints several hundred lines, most of them buckets of histograms; a line is looked at no further
/// than its name unless it is wanted.
final class MetricsPage {
    private final List<byte[]> wanted;

    MetricsPage(List<String> families) {
        this.wanted = families.stream()
                .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    /// Told of each sample of a wanted family, in the page's order.
    interface Samples {
        void sample(String family, Map<String, String> labels, double value);
    }

    void read(byte[] page, Samples to) {
        int at = 0;
        while (at < page.length) {
            int end = indexOf(page, '\n', at, page.length);
            if (page[at] != '#') {
                readLine(page, at, end, to);
            }
            at = end + 1;
        }
    }

    private void readLine(byte[] page, int from, int end, Samples to) {
        int nameEnd = from;
        while (nameEnd < end && page[nameEnd] != '{' && page[nameEnd] != ' ') {
            nameEnd++;
        }
        for (byte[] name : wanted) {
            if (Arrays.equals(page, from, nameEnd, name, 0, name.length)) {
                parse(page, from, nameEnd, end, to);
                return;
            }
        }
    }

    /// `name{label="value",…} value [timestamp]`
    private static void parse(byte[] page, int from, int nameEnd, int end, Samples to) {
        String family = new String(page, from, nameEnd - from, StandardCharsets.US_ASCII);
        String rest = new String(page, nameEnd, end - nameEnd, StandardCharsets.UTF_8);
        Map<String, String> labels = new HashMap<>();
        int at = rest.startsWith("{") ? parseLabels(rest, labels) : 0;
        String[] valueAndTime = rest.substring(at).strip().split(" ", 2);
        to.sample(family, labels, parseValue(valueAndTime[0]));
    }

    /// @return the position behind the closing brace
    private static int parseLabels(String text, Map<String, String> labels) {
        int at = 1;
        while (at < text.length() && text.charAt(at) != '}') {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw new IllegalArgumentException("labels without '=': " + text);
            }
            StringBuilder value = new StringBuilder();
            int closing = parseQuoted(text, equals + 1, value);
            labels.put(text.substring(at, equals).strip(), value.toString());
            at = closing + 1;
            while (at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == ' ')) {
                at++;
            }
        }
        if (at >= text.length()) {
            throw new IllegalArgumentException("labels without '}': " + text);
        }
        return at + 1;
    }

    /// @return the position of the closing quote
    private static int parseQuoted(String text, int opening, StringBuilder to) {
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

    private static double parseValue(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int end) {
        for (int at = from; at < end; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return end;
    }
}
