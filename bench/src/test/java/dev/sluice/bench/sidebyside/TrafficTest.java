package dev.sluice.bench.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrafficTest {
    private final Answers answers = new Answers(8);

    @ParameterizedTest
    @EnumSource(Work.class)
    void everyRequestIsJsonOfTheWorksLength(Work work) throws IOException {
        Set<String> systemPrompts = new HashSet<>();
        Set<String> prompts = new HashSet<>();
        try (Conversations conversations = new Conversations(work)) {
            for (int i = 0; i < 16; i++) {
                ByteBuf request = conversations.next();
                HttpReader reader = new HttpReader();
                String text = request.toString(StandardCharsets.US_ASCII);
                assertThat(reader.read(request)).isTrue();
                assertThat(request.isReadable()).isFalse();
                assertThat(reader.bodyBytes()).isEqualTo(work.bodyBytes());
                assertThat(reader.work()).isEqualTo(work.label());
                JsonNode body = new ObjectMapper().readTree(text.substring(text.indexOf("\r\n\r\n")));
                assertThat(body.path("stream").asBoolean()).isEqualTo(work.streamed());
                systemPrompts.add(body.at("/messages/0/content").asText());
                prompts.add(body.at("/messages/1/content").asText());
                request.release();
            }
        }
        assertThat(prompts).hasSize(16);
        assertThat(systemPrompts).hasSizeBetween(2, 8);
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    void everyAnswerEndsWithItsLastPiece(Work work) {
        Answer answer = answers.completion(work);
        HttpReader reader = new HttpReader();
        for (int i = 0; i < answer.pieces().size(); i++) {
            boolean last = i == answer.pieces().size() - 1;
            assertThat(reader.read(answer.pieces().get(i).duplicate())).isEqualTo(last);
        }
        assertThat(reader.status()).isEqualTo(200);
        assertThat(reader.bodyBytes()).isEqualTo(answer.bodyBytes());
    }

    @Test
    void streamsWhatVllmStreams() throws IOException {
        StringBuilder all = new StringBuilder();
        for (ByteBuf piece : answers.completion(Work.SSE).pieces()) {
            all.append(piece.toString(StandardCharsets.US_ASCII));
        }
        String[] events = all.toString().split("data: ");
        assertThat(events).hasSize(1 + Answers.EVENTS + 2);
        assertThat(events[events.length - 1]).startsWith("[DONE]\n\n");
        JsonNode usage = new ObjectMapper().readTree(events[events.length - 2]);
        assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(Answers.EVENTS);
        assertThat(usage.path("choices")).isEmpty();
        assertThat(usage.path("model").asText()).isEqualTo(Conversations.MODEL);
    }

    @Test
    void metricsAreAsLongAsAServersAndShowTheLoad() {
        Answer page = new MetricsPage().answer(7, 1_234);
        assertThat(page.bodyBytes()).isGreaterThan(40_000);
        assertThat(page.pieces().getFirst().toString(StandardCharsets.US_ASCII))
                .containsPattern("(?m)^vllm:num_requests_running\\{.*} 7.0$")
                .containsPattern("(?m)^vllm:generation_tokens_total\\{.*} 1234.0$");
    }
}
