package dev.sluice.picker.payload.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.request.Scans;
import dev.sluice.picker.prompt.TokenUsage;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseScanTest {
    private static final String CHAT_STREAM = """
            data: {"id":"1","choices":[{"delta":{"role":"assistant","content":""}}],"usage":null}

            : a comment
            data: {"id":"1","choices":[{"delta":{"content":"say \\"usage\\":{\\"prompt_tokens\\":9}"}}]}

            data: {"id":"1","choices":[],"usage":{"prompt_tokens":11,"total_tokens":16,"completion_tokens":5,\
            "prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"prompt_tokens":99}}}

            data: [DONE]

            """;

    private static final String ANTHROPIC_STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"role":"assistant","content":[],"model":"m",\
            "usage":{"input_tokens":10,"cache_read_input_tokens":30,"cache_creation_input_tokens":2,"output_tokens":1}}}

            event: content_block_delta
            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

            """;

    private static final String RESPONSES_STREAM = """
            event: response.created
            data: {"type":"response.created","response":{"usage":null,"output":[{"text":"old"}]}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":"Hi"}

            event: response.completed
            data: {"type":"response.completed","response":{"usage":{"input_tokens":3,\
            "input_tokens_details":{"cached_tokens":2},"output_tokens":4}}}

            """;

    private static ResponseScan scan(String contentType, List<ByteString> chunks) {
        ResponseScan scan = Objects.requireNonNull(ResponseScan.of(contentType));
        chunks.forEach(scan::accept);
        return scan;
    }

    private static void assertEverywhere(String contentType, String answer, TokenUsage usage) {
        for (String text : List.of(answer, answer.replace("\n", "\r\n"), answer.replace('\n', '\r'))) {
            ByteString bytes = ByteString.copyFromUtf8(text);
            for (int at = 0; at <= bytes.size(); at++) {
                ResponseScan scan = scan(contentType, Scans.cut(bytes, at));
                assertThat(scan.usage()).as("cut at %d", at).isEqualTo(usage);
                assertThat(scan.sawFirstToken()).isEqualTo(contentType.startsWith("text"));
                assertThat(scan.faults()).isZero();
            }
            for (int seed = 0; seed < 50; seed++) {
                ResponseScan scan = scan(contentType, Scans.cut(bytes, new Random(seed)));
                assertThat(scan.usage()).as("seed %d", seed).isEqualTo(usage);
            }
        }
    }

    @Test
    void readsAChatStreamWhereverChunksEnd() {
        assertEverywhere("text/event-stream; charset=utf-8", CHAT_STREAM, new TokenUsage(11, 5, 8));
    }

    @Test
    void readsAnAnthropicStreamWhereverChunksEnd() {
        assertEverywhere("text/event-stream", ANTHROPIC_STREAM, new TokenUsage(42, 7, 30));
    }

    @Test
    void readsAResponsesStreamWhereverChunksEnd() {
        assertEverywhere("text/event-stream", RESPONSES_STREAM, new TokenUsage(3, 4, 2));
    }

    @Test
    void readsADocumentWhereverChunksEnd() {
        assertEverywhere(
                "application/json",
                "{\"choices\":[{\"message\":{\"content\":\"x\",\"usage\":{\"prompt_tokens\":77}}}],"
                        + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":34}}",
                new TokenUsage(12, 34, TokenUsage.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]} | false",
                "{\"choices\":[{\"delta\":{\"content\":null}}],\"model\":\"x\"} | false",
                "{\"type\":\"response.created\",\"response\":{\"output\":[{\"text\":\"x\"}]}} | false",
                "{\"type\":\"message_start\",\"message\":{\"content\":[]}} | false",
                "{\"choices\":[{\"delta\":{\"content\":\"x\"}}]} | true",
                "{\"choices\":[{\"delta\":{\"reasoning_content\":\"\\n\"}}]} | true",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\"}}]}}]} | true",
                "{\"choices\":[{\"text\":\"x\"}]} | true",
                "{\"delta\":{\"partial_json\":\"x\"}} | true",
            })
    void knowsGeneratedContentFromTheRest(String event, boolean content) {
        ResponseScan scan = scan("text/event-stream", List.of(ByteString.copyFromUtf8("data: " + event + "\n\n")));
        assertThat(scan.sawFirstToken()).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":", "nonsense", "{\"a\":1}}", "\"\\q\""})
    void countsAnUnreadableEventAndGoesOn(String bad) {
        ResponseScan scan = scan(
                "text/event-stream",
                List.of(ByteString.copyFromUtf8("data: " + bad + "\n\ndata: {\"usage\":{\"prompt_tokens\":3,"
                        + "\"completion_tokens\":2}}\n\n")));
        assertThat(scan.faults()).isEqualTo(1);
        assertThat(scan.usage()).isEqualTo(new TokenUsage(3, 2, TokenUsage.UNKNOWN));
    }

    @Test
    void neverThrowsOnRandomBytes() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            ByteString bytes = ByteString.copyFrom(noise);
            assertThat(scan("application/json", Scans.cut(bytes, random)).faults())
                    .isLessThanOrEqualTo(1);
            scan("text/event-stream", Scans.cut(ByteString.copyFromUtf8("data:").concat(bytes), random));
        }
    }

    @Test
    void scansOnlyJsonAndEvents() {
        assertThat(ResponseScan.of("audio/mpeg")).isNull();
        assertThat(ResponseScan.of("")).isNull();
        assertThat(ResponseScan.of("Application/JSON; charset=utf-8")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"out of memory\"}}\n\n",
                "data: {\"error\": \"out of memory\",\"error_type\":\"generation\"}\n\n",
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n\n",
                "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\"}}}\n\n",
            })
    void anErrorInAStreamIsSeenFirstOrLater(String event) {
        for (String before : List.of("", ANTHROPIC_STREAM, RESPONSES_STREAM)) {
            ByteString stream = ByteString.copyFromUtf8(before + event + "data: [DONE]\n\n");
            for (int at = 0; at <= stream.size(); at++) {
                assertThat(scan("text/event-stream", Scans.cut(stream, at)).sawError())
                        .as("cut at %d", at)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"an \\\"error\\\":{}\"}}]}\n\n",
                "data: {\"type\":\"response.created\",\"response\":{\"error\":null}}\n\n",
                "data: {\"choices\":[{\"delta\":{\"error\":{\"content\":\"of a tool\"}}}]}\n\n",
                "data: {\"metadata\":{\"error\":\"the client's\"}}\n\n",
            })
    void whatOnlyIsNamedSoIsNoError(String event) {
        assertThat(scan("text/event-stream", List.of(ByteString.copyFromUtf8(event)))
                        .sawError())
                .isFalse();
    }
}
