package dev.sluice.bench.placement.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.placement.load.RequestWriter.Api;
import dev.sluice.bench.placement.load.RequestWriter.Streaming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestWriterTest {
    private static final PlannedRequest REQUEST =
            new PlannedRequest(0, 0, List.of(new Piece(1, 30), new Piece(2, 10)), 17);

    @Test
    void asksAsClientsDo() throws IOException {
        JsonNode chat = body(Api.CHAT, Streaming.EVENTS, 0);
        assertThat(chat.path("model").asText()).isEqualTo("tiny");
        assertThat(chat.path("max_tokens").asInt()).isEqualTo(17);
        assertThat(chat.path("stream").asBoolean()).isTrue();
        assertThat(chat.path("ignore_eos").asBoolean()).isTrue();
        assertThat(chat.has("stream_options")).isFalse();
        assertThat(chat.at("/messages/0/content").asText().split(" ")).hasSize(8 + 40);
        assertThat(body(Api.COMPLETIONS, Streaming.NONE, 0).path("prompt").asText())
                .isEqualTo(chat.at("/messages/0/content").asText());
        assertThat(body(Api.CHAT, Streaming.EVENTS_AND_USAGE, 0)
                        .at("/stream_options/include_usage")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aSaltChangesTheBeginningAlone() throws IOException {
        String one =
                body(Api.CHAT, Streaming.EVENTS, 1).at("/messages/0/content").asText();
        String other =
                body(Api.CHAT, Streaming.EVENTS, 2).at("/messages/0/content").asText();
        assertThat(one.substring(0, 32)).isNotEqualTo(other.substring(0, 32));
        assertThat(one.substring(32)).isEqualTo(other.substring(32));
    }

    private static JsonNode body(Api api, Streaming streaming, long salt) throws IOException {
        String text = new RequestWriter("tiny", api, streaming, new Wording(4))
                .write(REQUEST, salt)
                .toString(StandardCharsets.US_ASCII);
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);
        assertThat(text).contains("content-length: " + body.length() + "\r\n");
        return new ObjectMapper().readTree(body);
    }
}
