package dev.sluice.picker.payload.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.request.Scans;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random streams, cut at random, against simpler ways to the same result.
class ResponseScanPropertyTest {
    private static final int STREAMS = 4000;

    @Test
    void findsWhatReadingEveryEventFinds() {
        int counted = 0;
        int failed = 0;
        for (int seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            ByteString stream = ByteString.copyFromUtf8(new RandomStreams(random).next());
            List<ByteString> chunks = Scans.cut(stream, random, 1 << random.nextInt(12));
            ResponseScan scan = Objects.requireNonNull(ResponseScan.of("text/event-stream"));
            chunks.forEach(chunk -> scan.accept(Scans.moved(chunk, random)));

            FullResponseScan full = FullResponseScan.of(chunks);
            String as = "seed %d: %s".formatted(seed, stream.toStringUtf8());
            assertThat(scan.usage()).as(as).isEqualTo(full.usage());
            assertThat(scan.sawFirstToken()).as(as).isEqualTo(full.sawFirstToken());
            assertThat(scan.sawError()).as(as).isEqualTo(full.sawError());
            failed += scan.sawError() ? 1 : 0;
            counted += scan.usage() == null ? 0 : 1;
        }
        assertThat(counted).isGreaterThan(STREAMS / 2);
        assertThat(failed).isBetween(STREAMS / 20, STREAMS / 2);
    }

    @Test
    void findsAKeyWhereverItStands() {
        KeySearch search = new KeySearch("usage");
        for (int seed = 0; seed < STREAMS; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(seed % 2 == 0 ? "" : "a\"u".repeat(random.nextInt(700)));
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append("\"usag\"eu".charAt(random.nextInt(8)));
                text.append(random.nextInt(30) == 0 ? "\"usage\"" : "");
            }
            byte[] bytes =
                    ByteString.copyFromUtf8("\"usage\"" + text + "\"usage\"").toByteArray();
            int from = 7;
            int to = bytes.length - 7;
            int expected = 0;
            while (expected < text.length()
                    && !"\"usage\"".startsWith(text.substring(expected, Math.min(expected + 7, text.length())))) {
                expected++;
            }
            assertThat(search.indexOf(bytes, from, to))
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(from + expected);
        }
    }
}
