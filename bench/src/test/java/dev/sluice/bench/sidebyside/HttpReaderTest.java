package dev.sluice.bench.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
    private static final String CHUNKED = """
            HTTP/1.1 200 OK\r
            Transfer-Encoding: chunked\r
            \r
            5\r
            hello\r
            A;ext=1\r
            0123456789\r
            0\r
            x-trailer: yes\r
            \r
            """;

    private final HttpReader reader = new HttpReader();

    @Test
    void findsTheEndByLength() {
        assertThat(reader.read(buffer("HTTP/1.1 503 No\r\ncontent-length: 4\r\n\r\nabc")))
                .isFalse();
        ByteBuf rest = buffer("dHTTP/1.1 200");
        assertThat(reader.read(rest)).isTrue();
        assertThat(reader.status()).isEqualTo(503);
        assertThat(reader.bodyBytes()).isEqualTo(4);
        assertThat(rest.toString(StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1_000})
    void findsTheEndOfChunksHoweverTheyAreCut(int piece) {
        ByteBuf all = buffer(CHUNKED);
        boolean ended = false;
        while (all.isReadable()) {
            assertThat(ended).as("ended before its last byte").isFalse();
            ended = reader.read(all.readSlice(Math.min(piece, all.readableBytes())));
        }
        assertThat(ended).isTrue();
        assertThat(reader.bodyBytes()).isEqualTo(15);
    }

    @Test
    void readsAMessageAfterAnother() {
        ByteBuf both = buffer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" + CHUNKED);
        assertThat(reader.read(both)).isTrue();
        assertThat(reader.bodyBytes()).isZero();
        assertThat(reader.read(both)).isTrue();
        assertThat(reader.bodyBytes()).isEqualTo(15);
        assertThat(both.isReadable()).isFalse();
    }

    @Test
    void knowsThePathAndTheWork() {
        assertThat(reader.read(buffer("POST /v1 HTTP/1.1\r\nX-Work: sse\r\ncontent-length: 2\r\n\r\n{}")))
                .isTrue();
        assertThat(reader.startLine()).isEqualTo("POST /v1 HTTP/1.1");
        assertThat(reader.work()).isEqualTo("sse");
    }

    @Test
    void forgetsTheLastMessagesHeaders() {
        reader.read(buffer("POST /v1 HTTP/1.1\r\nX-Work: sse\r\ncontent-length: 2\r\n\r\n{}"));
        assertThat(reader.read(buffer("GET /metrics HTTP/1.1\r\n\r\n"))).isTrue();
        assertThat(reader.work()).isEmpty();
        assertThat(reader.bodyBytes()).isZero();
    }

    @Test
    void refusesWhatIsNoChunk() {
        assertThatThrownBy(() -> reader.read(buffer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("xyz");
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
