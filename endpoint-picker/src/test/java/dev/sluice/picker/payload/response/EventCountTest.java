package dev.sluice.picker.payload.response;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Events are counted however a stream is cut into pieces.
class EventCountTest {
    private static String chunk(String content) {
        return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"}}]}\n\n";
    }

    private static long count(String stream, int[] cuts) {
        EventCount count = new EventCount();
        byte[] bytes = stream.getBytes(UTF_8);
        int from = 0;
        for (int cut : cuts) {
            int to = Math.clamp(cut, from, bytes.length);
            count.accept(bytes, from, to);
            from = to;
        }
        count.accept(bytes, from, bytes.length);
        return count.events();
    }

    @Test
    void eventsEndWithAnEmptyLineOfEitherKind() {
        assertThat(count("data: 1\n\ndata: 2\n\n", new int[0])).isEqualTo(2);
        assertThat(count("data: 1\r\n\r\ndata: 2\r\n\r\n", new int[0])).isEqualTo(2);
        assertThat(count("event: a\ndata: 1\n\n: comment\ndata: 2\n\n", new int[0]))
                .isEqualTo(2);
        assertThat(count("data: 1\ndata: 2\n", new int[0])).isZero();
    }

    @Test
    void piecesMayEndAnywhere() {
        String stream = (chunk("a") + chunk("bc").replace("\n", "\r\n")).repeat(20);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 2_000; i++) {
            int[] cuts =
                    random.ints(random.nextInt(30), 0, stream.length()).sorted().toArray();
            assertThat(count(stream, cuts)).isEqualTo(40);
        }
    }

    @Test
    void anyMixOfLineEndsIsCountedAsOneByOne() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(4_000)];
            String alphabet = i % 2 == 0 ? "\n\r\u000B" : "\n\r\u000B\u008Aabcdefghijkl";
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            EventCount whole = new EventCount();
            whole.accept(bytes, 0, bytes.length);
            EventCount each = new EventCount();
            for (int at = 0; at < bytes.length; at++) {
                each.accept(bytes, at, at + 1);
            }
            assertThat(whole.events()).isEqualTo(each.events()).isEqualTo(naive(bytes));
        }
    }

    private static long naive(byte[] bytes) {
        long events = 0;
        for (int at = 1; at < bytes.length; at++) {
            boolean afterReturn = at > 1 && bytes[at - 1] == '\r' && bytes[at - 2] == '\n';
            events += bytes[at] == '\n' && (bytes[at - 1] == '\n' || afterReturn) ? 1 : 0;
        }
        return events;
    }

    @Test
    void streamTellsItsEventsAndItsText() {
        StringBuilder stream = new StringBuilder(chunk(""));
        for (int token = 0; token < 50; token++) {
            stream.append(chunk(" word"));
        }
        stream.append("data: [DONE]\n\n");
        byte[] bytes = stream.toString().getBytes(UTF_8);
        for (int size : new int[] {1, 7, 100, 5_000}) {
            ResponseScan scan = ResponseScan.of("text/event-stream");
            for (int from = 0; from < bytes.length; from += size) {
                scan.accept(ByteString.copyFrom(bytes, from, Math.min(size, bytes.length - from)));
            }
            Generated generated = scan.generated();
            assertThat(generated.events()).as("pieces of %d", size).isEqualTo(51);
            assertThat(generated.textBytes()).as("pieces of %d", size).isBetween(170L, 250L);
        }
    }
}
