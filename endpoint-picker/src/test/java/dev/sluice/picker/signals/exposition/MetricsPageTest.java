package dev.sluice.picker.signals.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.signals.validation.Rejection;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsPageTest {
    private static final String PAGE = """
            # HELP ab nothing
            ab{x="1"} 1

            a{x="q\\"u\\\\o\\nte",y="},{ ="} 2 1700000000000
            a{} +Inf
            a{z="ä",} -4.5e-1\r
            a 12.50\r
            a{le="0.5"} 17 # {trace_id="x y"} 0.43 1.6e9
            a{le="1"} NaN
            a{x="}"}3
            # a 5
            b{x="no end of the line"} 123456789012345678""";

    private record Series(String family, Map<String, String> labels) {}

    private record Sample(Series series, double value) {}

    private final List<Series> learned = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> rejected = new ArrayList<>();
    private final MetricsPage<Series> page = new MetricsPage<>(
            List.of("a", "b"),
            (family, labels) -> {
                learned.add(new Series(family, labels));
                return learned.getLast();
            },
            new MetricsPage.Samples<Series>() {
                @Override
                public void sample(Series series, double value) {
                    samples.add(new Sample(series, value));
                }

                @Override
                public void rejected(Series series, Rejection why) {
                    rejected.add(why + " " + series.family() + series.labels());
                }
            });

    /// @param cuts where one piece ends and the next begins, increasing
    private List<Sample> read(String text, int... cuts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        samples.clear();
        page.begin();
        int from = 0;
        for (int cut : cuts) {
            piece(bytes, from, cut);
            from = cut;
        }
        piece(bytes, from, bytes.length);
        page.end();
        return List.copyOf(samples);
    }

    /// The piece stands somewhere in an array that is overwritten afterwards, as a poller's is.
    private void piece(byte[] bytes, int from, int to) {
        byte[] scratch = "a 77\na 78\na 79\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, from, scratch, 5, to - from);
        page.piece(scratch, 5, 5 + to - from);
        Arrays.fill(scratch, (byte) '\n');
    }

    private static Sample a(double value, String... labels) {
        return new Sample(new Series("a", labels.length == 0 ? Map.of() : map(labels)), value);
    }

    private static Map<String, String> map(String... labels) {
        return labels.length == 2 ? Map.of(labels[0], labels[1]) : Map.of(labels[0], labels[1], labels[2], labels[3]);
    }

    @Test
    void readsWhatTheFormatAllows() {
        assertThat(read(PAGE))
                .containsExactly(
                        a(2, "x", "q\"u\\o\nte", "y", "},{ ="),
                        a(-.45, "z", "ä"),
                        a(12.5),
                        a(17, "le", "0.5"),
                        a(3, "x", "}"),
                        new Sample(
                                new Series("b", Map.of("x", "no end of the line")),
                                Double.parseDouble("123456789012345678")));
        assertThat(rejected).containsExactly("NOT_FINITE a{}", "NOT_FINITE a{le=1}");
    }

    @Test
    void ofASeriesThatStandsTwiceOnAPageTheFirstSampleCounts() {
        for (int i = 0; i < 2; i++) {
            assertThat(read("a{x=\"1\"} 1\na{x=\"2\"} 2\na{x=\"1\"} 3\nb 4\n"))
                    .containsExactly(a(1, "x", "1"), a(2, "x", "2"), new Sample(new Series("b", Map.of()), 4));
        }
        assertThat(rejected).containsExactly("DUPLICATE a{x=1}", "DUPLICATE a{x=1}");
        assertThat(read("a{x=\"1\"} 5\nb 6\n"))
                .containsExactly(a(5, "x", "1"), new Sample(new Series("b", Map.of()), 6));
    }

    @Test
    void aPageOfSeriesWithoutEndIsRefused() {
        StringBuilder endless = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            endless.append("a{x=\"").append(i).append("\"} 1\n");
        }
        byte[] bytes = endless.toString().getBytes(StandardCharsets.UTF_8);
        page.begin();
        assertThatIllegalArgumentException().isThrownBy(() -> page.piece(bytes, 0, bytes.length));
    }

    @Test
    void itIsTheSameWhereverAPieceEnds() {
        List<Sample> whole = read(PAGE);
        int length = PAGE.getBytes(StandardCharsets.UTF_8).length;
        for (int cut = 0; cut <= length; cut++) {
            assertThat(read(PAGE, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        for (long seed = 0; seed < 500; seed++) {
            int[] cuts = new SplittableRandom(seed)
                    .ints(1 + seed % 40, 0, length + 1)
                    .sorted()
                    .toArray();
            assertThat(read(PAGE, cuts)).as("seed %d", seed).isEqualTo(whole);
        }
    }

    @Test
    void whatASeriesMeansIsAskedOnceAsLongAsThePageKeepsItsOrder() {
        read("a{x=\"1\"} 1\nc 2\na{x=\"2\"} 3\nb 4\n");
        assertThat(learned).hasSize(3);
        read("a{x=\"1\"} 5\nc 2\nc 2\na{x=\"2\"} 6\nb 7\n");
        assertThat(learned).hasSize(3);
        assertThat(read("a{x=\"1\"} 8\na{x=\"3\"} 9\nb 10\n"))
                .containsExactly(a(8, "x", "1"), a(9, "x", "3"), new Sample(new Series("b", Map.of()), 10));
        assertThat(learned).hasSize(5);
    }

    @Test
    void seriesThatBeginAlikeAreKeptApart() {
        for (int i = 0; i < 2; i++) {
            assertThat(read("a 1\na{x=\"1\"} 2\n")).containsExactly(a(1), a(2, "x", "1"));
            assertThat(read("a{x=\"1\"} 2\na 1\na{x=\"1\",y=\"2\"} 3\na{x=\"2\"} 4\n"))
                    .containsExactly(a(2, "x", "1"), a(1), a(3, "x", "1", "y", "2"), a(4, "x", "2"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a 1", "\na ", "b{} ", "a{", "a{x=\"1\"", "a{x} 1", "a{x=\"1\"}", "a one", "a 1.2.3"})
    void aPageThatWasCutOffLeavesNothingForTheNext(String cut) {
        try {
            read(PAGE + "\n" + cut);
        } catch (IllegalArgumentException _) {
            assertThat(samples).isNotEmpty();
        }
        samples.clear();
        page.begin();
        piece(cut.getBytes(StandardCharsets.UTF_8), 0, cut.length());
        assertThat(read("a 5\n")).containsExactly(a(5));
    }

    @Test
    void numbersAreThoseThatAParserReads() {
        SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < 20_000; i++) {
            double number = switch (i % 4) {
                case 0 -> random.nextLong(1L << random.nextInt(1, 60));
                case 1 -> random.nextInt(1_000_000) / 1e3;
                case 2 -> Double.longBitsToDouble(random.nextLong());
                default -> random.nextDouble();
            };
            if (!Double.isFinite(number)) {
                continue;
            }
            String text = i % 8 < 4
                    ? Double.toString(number)
                    : new BigDecimal(number)
                            .round(new MathContext(random.nextInt(1, 20)))
                            .toPlainString();
            assertThat(read("a " + text).getFirst().value()).as(text).isEqualTo(Double.valueOf(text));
        }
        for (String text : List.of(".5", "5.", "0", "00012", "0.000000000000001", "999999999999999", "1e3", "+3")) {
            assertThat(read("a " + text).getFirst().value()).as(text).isEqualTo(Double.valueOf(text));
        }
        for (String text : List.of(".", "-", "1,5", "0x", "1.2.3", "")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> read("a " + text));
        }
    }

    @Test
    void aLineWithoutEndIsNotHeldForEver() {
        page.begin();
        byte[] noNewline = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        assertThatIllegalArgumentException().isThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                page.piece(noNewline, 0, noNewline.length);
            }
        });
    }
}
