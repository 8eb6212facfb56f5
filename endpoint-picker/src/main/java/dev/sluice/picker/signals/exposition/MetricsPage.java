package dev.sluice.picker.signals.exposition;

import dev.sluice.picker.signals.validation.Rejection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The reader of a few families of one server's pages, in the Prometheus text format, piece by piece.
///
/// A vLLM server prints several hundred lines, most of them buckets of histograms, and twenty times a second it
/// prints the same lines with other numbers. So only the name of an unwanted line is looked at. The meaning of
/// a wanted line is kept with the bytes of its name and labels from page to page: while the bytes are the same,
/// only the number is read, and nothing is allocated.
///
/// @param <S> the meaning of a series to the caller
public final class MetricsPage<S> {
    /// Only lists of adapters are long.
    private static final int MAX_LINE_BYTES = 1 << 18;
    /// Bound on wanted series. A server of many engines has some hundred.
    private static final int MAX_SERIES = 1 << 14;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long NEWLINES = '\n' * ONES;

    private final List<byte[]> wanted;
    private final Meaning<S> meaning;
    private final Samples<S> samples;

    /// The wanted series of the last page in its order; `next` is the index of the one expected now.
    private final List<KnownName<S>> known = new ArrayList<>();

    private int next;

    /// The same series, to find duplicates.
    private final Set<KnownName<S>> distinct = new HashSet<>();

    /// The beginning of a line whose end has not arrived.
    private byte[] held = {};

    private int heldBytes;

    /// Gives the meaning of a series, when its name and labels are seen for the first time.
    public interface Meaning<S> {
        S of(String family, Map<String, String> labels);
    }

    /// Listener for the samples of wanted families, in the page's order.
    public interface Samples<S> {
        /// @param value finite
        void sample(S series, double value);

        /// A sample that is not finite, or the second of its series.
        default void rejected(S series, Rejection why) {}
    }

    /// The bytes of a series' name and labels, and its meaning.
    private static final class KnownName<S> {
        private final byte[] text;
        private final int hash;
        private final S meaning;
        /// The page has the same series further up.
        private boolean repeated;

        KnownName(byte[] text, S meaning) {
            this.text = text;
            this.hash = Arrays.hashCode(text);
            this.meaning = meaning;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof KnownName<?> that && hash == that.hash && Arrays.equals(text, that.text);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        boolean begins(byte[] line, int from, int end) {
            int behind = from + text.length;
            return behind < end && line[behind] == ' ' && Arrays.equals(line, from, behind, text, 0, text.length);
        }
    }

    public MetricsPage(List<String> families, Meaning<S> meaning, Samples<S> samples) {
        this.wanted = families.stream()
                .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                .toList();
        this.meaning = meaning;
        this.samples = samples;
    }

    /// Begins a page, also after one that was cut off.
    public void begin() {
        next = 0;
        heldBytes = 0;
    }

    /// Reads the next bytes of the page; the caller may overwrite them afterwards.
    public void piece(byte[] bytes, int from, int to) {
        int at = from;
        if (heldBytes > 0) {
            int end = newline(bytes, at, to);
            hold(bytes, at, end);
            if (end == to) {
                return;
            }
            line(held, 0, heldBytes);
            heldBytes = 0;
            at = end + 1;
        }
        while (at < to) {
            int end = newline(bytes, at, to);
            if (end == to) {
                hold(bytes, at, to);
                return;
            }
            line(bytes, at, end);
            at = end + 1;
        }
    }

    /// Ends a complete page.
    public void end() {
        line(held, 0, heldBytes);
        forgetFrom(next);
    }

    private void forgetFrom(int index) {
        if (index < known.size()) {
            known.subList(index, known.size()).clear();
            distinct.clear();
            distinct.addAll(known);
        }
    }

    private void hold(byte[] bytes, int from, int to) {
        int size = heldBytes + to - from;
        if (size > MAX_LINE_BYTES) {
            throw new IllegalArgumentException("a line of more than " + MAX_LINE_BYTES + " bytes");
        }
        if (size > held.length) {
            held = Arrays.copyOf(held, Math.max(size, 2 * held.length));
        }
        System.arraycopy(bytes, from, held, heldBytes, to - from);
        heldBytes = size;
    }

    private void line(byte[] line, int from, int end) {
        if (from == end || line[from] == '#') {
            return;
        }
        for (int i = 0; i < wanted.size(); i++) {
            byte[] name = wanted.get(i);
            int behind = from + name.length;
            if (behind < end
                    && (line[behind] == '{' || line[behind] == ' ')
                    && Arrays.equals(line, from, behind, name, 0, name.length)) {
                sample(line, from, behind, end);
                return;
            }
        }
    }

    private void sample(byte[] line, int from, int nameEnd, int end) {
        if (next == known.size() || !known.get(next).begins(line, from, end)) {
            // The series behind it have moved, too.
            forgetFrom(next);
            KnownName<S> learned = learn(line, from, nameEnd, end);
            learned.repeated = !distinct.add(learned);
            known.add(learned);
        }
        KnownName<S> series = known.get(next++);
        double value = SampleText.value(line, from + series.text.length, end);
        if (series.repeated) {
            samples.rejected(series.meaning, Rejection.DUPLICATE);
        } else if (!Double.isFinite(value)) {
            samples.rejected(series.meaning, Rejection.NOT_FINITE);
        } else {
            samples.sample(series.meaning, value);
        }
    }

    private KnownName<S> learn(byte[] line, int from, int nameEnd, int end) {
        int behind = SampleText.labelsEnd(line, nameEnd, end);
        if (known.size() == MAX_SERIES) {
            throw new IllegalArgumentException("more than " + MAX_SERIES + " series");
        }
        String family = new String(line, from, nameEnd - from, StandardCharsets.US_ASCII);
        return new KnownName<>(
                Arrays.copyOfRange(line, from, behind), meaning.of(family, SampleText.labels(line, nameEnd, behind)));
    }

    /// The position of the first newline, or `to`. Eight bytes are compared at a time: the exclusive-or with
    /// eight newlines has a zero byte where a newline is.
    private static int newline(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long difference = (long) LONGS.get(bytes, at) ^ NEWLINES;
            long zeros = (difference - ONES) & ~difference & HIGHS;
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
    }
}
