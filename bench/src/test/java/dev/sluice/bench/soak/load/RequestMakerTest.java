package dev.sluice.bench.soak.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestMakerTest {
    private static byte[] body(SoakRequest request) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        request.parts().forEach(body::writeBytes);
        return body.toByteArray();
    }

    private static String head(SoakRequest request) {
        return new String(request.head(), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource
    void theSeedDecidesAllOfARequest(RequestKind kind) {
        SoakRequest request = new RequestMaker(7).next(kind);
        SoakRequest same = new RequestMaker(7).next(kind);
        assertThat(head(same)).isEqualTo(head(request));
        assertThat(body(same)).isEqualTo(body(request));
        assertThat(same.cancellation()).isEqualTo(request.cancellation());
    }

    @ParameterizedTest
    @EnumSource(names = {"SMALL", "LONG", "STREAM", "LARGE", "SLOW", "BATCH", "URGENT", "UNKNOWN"})
    void aSoundRequestIsJsonOfTheLengthThatItDeclares(RequestKind kind) throws IOException {
        SoakRequest request = new RequestMaker(7).next(kind);
        JsonNode json = new ObjectMapper().readTree(body(request));
        assertThat(json.path("messages")).isNotEmpty();
        assertThat(head(request)).contains("content-length: " + request.bodyBytes() + "\r\n");
    }

    @Test
    void largeBodiesHaveFiveToTwentyMegabytes() {
        RequestMaker maker = new RequestMaker(7);
        assertThat(IntStream.range(0, 50).mapToObj(_ -> maker.next(RequestKind.LARGE)))
                .allMatch(request -> request.bodyBytes() > 5_000_000 && request.bodyBytes() < 20_200_000);
    }

    @Test
    void someClientsGoAwayWhileTheySendAndSomeWhileTheyRead() {
        RequestMaker maker = new RequestMaker(7);
        List<Cancellation> ends = IntStream.range(0, 500)
                .mapToObj(_ -> maker.next(RequestKind.STREAM).cancellation())
                .toList();
        assertThat(ends).hasAtLeastOneElementOfType(Cancellation.AfterBytes.class);
        assertThat(ends).hasAtLeastOneElementOfType(Cancellation.AfterMillis.class);
        assertThat(ends).hasAtLeastOneElementOfType(Cancellation.Never.class);
        assertThat(maker.next(RequestKind.DROPPED).cancellation()).isInstanceOf(Cancellation.WhileSending.class);
    }
}
