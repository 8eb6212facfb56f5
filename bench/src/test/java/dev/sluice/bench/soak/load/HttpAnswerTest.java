package dev.sluice.bench.soak.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAnswerTest {
    /// A stream that gives so many bytes at a time.
    private static InputStream pieces(String text, int size) {
        return new ByteArrayInputStream(HttpAnswer.ascii(text)) {
            @Override
            public synchronized int read(byte[] buffer) {
                return super.read(buffer, 0, size);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(size, length));
            }
        };
    }

    private static HttpAnswer read(String text, int size) throws IOException {
        HttpAnswer answer = new HttpAnswer(pieces(text, size));
        while (!answer.hasEnded() && answer.read()) {
            assertThat(answer.status()).isIn(0, 200, 429);
        }
        return answer;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 4_096})
    void chunksAreReadToTheLast(int size) throws IOException {
        HttpAnswer answer = read(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\ndata: a\r\nE\r\n\ndata: [DONE]\n\r\n0\r\n\r\n",
                size);
        assertThat(answer.hasEnded()).isTrue();
        assertThat(answer.body().end()).isEqualTo("data: a\ndata: [DONE]\n");
        assertThat(SoakAnswer.of(answer.status(), true, answer.body(), answer.keepsAlive()))
                .isEqualTo(new SoakAnswer(SoakAnswer.COMPLETE, true));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 4_096})
    void anErrorIsNamedByItsCode(int size) throws IOException {
        HttpAnswer answer = read(
                "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 31\r\nConnection: close\r\n\r\n{\"error\":{\"code\":\"queue_full\"}} ",
                size);
        assertThat(answer.hasEnded()).isTrue();
        assertThat(SoakAnswer.of(answer.status(), false, answer.body(), answer.keepsAlive()))
                .isEqualTo(new SoakAnswer("429 queue_full", false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_096})
    void aStreamThatStopsHasNoEnd(int size) throws IOException {
        HttpAnswer answer = read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\ndata: a\r\n", size);
        assertThat(answer.hasEnded()).isFalse();
        assertThat(answer.hasBegun()).isTrue();
    }
}
