package dev.sluice.simulator.metrics;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The text of one scrape, written so that it costs little at ten scrapes a second.
final class Exposition {
    private static final double PLAIN_LIMIT = 1e6;
    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private byte[] bytes = new byte[32 * 1_024];
    private int size;

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Escapes a label value.
    static String label(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    void text(String text) {
        text(ascii(text));
    }

    void text(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, size, text.length);
        size += text.length;
    }

    void header(String name, String type, String help) {
        text("# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n");
    }

    /// Writes a line: the series, which has been rendered before, and its value as Python's client prints it.
    void sample(byte[] series, double value) {
        text(series);
        if (value == Math.rint(value) && Math.abs(value) < PLAIN_LIMIT) {
            integer((long) value);
            text(".0\n");
        } else {
            text(scientific(value) + "\n");
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void integer(long value) {
        room(20);
        if (value < 0) {
            bytes[size++] = '-';
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long limit = 10; rest >= limit; limit *= 10) {
            digits++;
        }
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    /// A number with a fraction, or one of a million and more, as Python's client prints it: `1.5e+06`, `2e-05`.
    private static String scientific(double value) {
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (Math.abs(value) < PLAIN_LIMIT && exponent >= SMALLEST_PLAIN_EXPONENT) {
            return exact.toPlainString();
        }
        String mantissa = exact.movePointLeft(exponent).toPlainString();
        int power = Math.abs(exponent);
        return mantissa + (exponent < 0 ? "e-" : "e+") + (power < 10 ? "0" : "") + power;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
