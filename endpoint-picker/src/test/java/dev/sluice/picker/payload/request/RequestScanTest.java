package dev.sluice.picker.payload.request;

import static dev.sluice.picker.payload.request.Scans.fault;
import static dev.sluice.picker.payload.request.Scans.parse;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.prompt.Api;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScanTest {
    private static final Api CHAT = Api.CHAT_COMPLETIONS;

    @Test
    void findsEveryFieldThatRoutingNeeds() {
        ScannedRequest request = parse(CHAT, """
                {"stream": true, "stream_options": {"include_usage": true, "other": {"include_usage": false}},
                 "max_tokens": 10, "max_completion_tokens": 20, "n": 2, "cache_salt": "salt",
                 "messages": [{"role": "user", "content": "hello"}], "model": "llama"}""");
        assertThat(request.model()).isEqualTo(new ModelName("llama"));
        assertThat(request.output().isStreamed()).isTrue();
        assertThat(request.includeUsage()).isTrue();
        assertThat(request.output().maxTokens()).isEqualTo(20);
        assertThat(request.output().choices()).isEqualTo(2);
        assertThat(request.cacheSalt()).isEqualTo("salt");
        assertThat(request.prompt().contentBytes()).isGreaterThanOrEqualTo("userhello".length());
    }

    @Test
    void takesNullForAnAbsentOption() {
        ScannedRequest request = parse(
                CHAT,
                "{\"model\":\"m\",\"stream\":null,\"stream_options\":null,\"max_tokens\":null,\"n\":null,"
                        + "\"cache_salt\":null,\"messages\":null,\"tools\":null}");
        assertThat(request.output().isStreamed()).isFalse();
        assertThat(request.output().maxTokens()).isZero();
        assertThat(request.output().choices()).isEqualTo(1);
        assertThat(request.cacheSalt()).isNull();
    }

    @Test
    void readsResponsesAndMessagesLimits() {
        assertThat(parse(Api.RESPONSES, "{\"max_output_tokens\":7,\"input\":\"x\"}")
                        .output()
                        .maxTokens())
                .isEqualTo(7);
        assertThat(parse(Api.MESSAGES, "{\"max_tokens\":8,\"system\":[{\"type\":\"text\",\"text\":\"x\"}]}")
                        .output()
                        .maxTokens())
                .isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"metadata\":{\"model\":\"nested\"}}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"\\\"model\\\":\\\"quoted\\\"\",\"model\":\"nested\"}]}",
                "{\"stream_options\":{\"model\":\"nested\"}}",
            })
    void findsNoModelWhereTheTopLevelNamesNone(String body) {
        ScannedRequest request = parse(CHAT, body);
        assertThat(request.model()).isNull();
        assertThat(request.modelField().span()).isEqualTo(new ByteSpan(0, 0));
    }

    @Test
    void comparesKeysAndReadsTheModelAfterUnescaping() {
        String body = " {\"\\u006dodel\" : \"a\\/b\\u00e9\\ud83d\\ude00\\n\"}";
        ScannedRequest request = parse(CHAT, body);
        assertThat(request.model()).isEqualTo(new ModelName("a/bé😀\n"));
        assertThat(body.substring((int) request.modelField().span().from(), (int)
                        request.modelField().span().to()))
                .isEqualTo("\"a\\/b\\u00e9\\ud83d\\ude00\\n\"");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"model\":1} | model must be a string | 9",
                "{\"model\":{\"model\":\"a\"}} | model must be a string | 9",
                "{\"a\":1,\"b\":2,\"a\":3} | duplicate key a | 13",
                "{\"model\":\"a\",\"\\u006dodel\":\"b\"} | duplicate key model | 13",
            })
    void refusesWrongShapesSayingWhatAndWhere(String body, String message, long offset) {
        assertThat(fault(CHAT, body)).isEqualTo(new ScanResult.Malformed(message, offset));
    }

    /// What an output limit says, or 0 where that cannot be understood: the engine judges it.
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "256 | 256",
                "256.0 | 256",
                "256.000000 | 256",
                "1e3 | 1000",
                "1E+3 | 1000",
                "2.56e2 | 256",
                "2560e-1 | 256",
                "-0 | 0",
                "0e99 | 0",
                "999999999999999999 | 999999999999999999",
                "\"9\" | 9",
                "\"9.0\" | 9",
                "1.5 | 0",
                "-1 | 0",
                "1e-3 | 0",
                "1e18 | 0",
                "1e999999999 | 0",
                "1e-999999999 | 0",
                "1e99999999999999999999 | 0",
                "9999999999999999999 | 0",
                "null | 0",
                "true | 0",
                "\"\" | 0",
                "\"many\" | 0",
                "[7] | 0",
                "{\"max_tokens\":7} | 0",
            })
    void readsALimitInEachNotation(String value, long limit) {
        for (String key : List.of("max_tokens", "max_completion_tokens", "max_output_tokens")) {
            assertThat(parse(CHAT, "{\"" + key + "\":" + value + ",\"model\":\"m\"}"))
                    .as(key)
                    .returns(limit, scanned -> scanned.output().maxTokens())
                    .returns(new ModelName("m"), ScannedRequest::model);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2.0, 2", "1e1, 10", "'\"3\"', 3", "1.5, 1", "-1, 1", "null, 1", "[], 1", "true, 1"})
    void readsTheNumberOfAnswersInEachNotation(String value, long choices) {
        assertThat(parse(CHAT, "{\"n\":" + value + "}").output().choices()).isEqualTo(choices);
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "1, true",
        "1.0, true",
        "'\"true\"', true",
        "'\"True\"', true",
        "'\"1\"', true",
        "'\"yes\"', true",
        "false, false",
        "0, false",
        "2, false",
        "null, false",
        "'\"false\"', false",
        "'\"perhaps\"', false",
        "[], false",
        "{}, false",
    })
    void readsWhatEnginesTakeForABoolean(String value, boolean stream) {
        assertThat(parse(CHAT, "{\"stream\":" + value + "}").output().isStreamed())
                .isEqualTo(stream);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"cache_salt\":{\"a\":\"b\"}",
                "\"cache_salt\":7",
                "\"tools\":{}",
                "\"tools\":{\"a\":[{\"model\":\"other\"}]}",
                "\"tools\":\"x\"",
                "\"messages\":\"x\"",
                "\"messages\":{\"role\":\"user\"}",
                "\"messages\":[\"x\",7,null,[{\"role\":\"user\"}]]",
                "\"messages\":[{\"role\":1,\"content\":\"x\"}]",
                "\"messages\":[{\"content\":1}]",
                "\"messages\":[{\"content\":{\"type\":\"text\",\"text\":\"x\"}}]",
                "\"messages\":[{\"content\":[1,null,[\"x\"]],\"role\":\"user\"}]",
                "\"stream_options\":[]",
                "\"stream_options\":[{\"include_usage\":true}]",
                "\"stream_options\":\"include_usage\"",
                "\"stream_options\":{\"include_usage\":1}",
            })
    void aHintOfAnUnknownShapeIsAsIfItWereAbsent(String hint) {
        ScannedRequest request = parse(CHAT, "{" + hint + ",\"model\":\"m\",\"max_tokens\":7,\"stream\":true}");
        assertThat(request.model()).isEqualTo(new ModelName("m"));
        assertThat(request.output().maxTokens()).isEqualTo(7);
        assertThat(request.output().isStreamed()).isTrue();
        assertThat(request.includeUsage()).isFalse();
        assertThat(request.cacheSalt()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\":{}}",
                "{\"prompt\":[{}]}",
                "{\"prompt\":[true]}",
                "{\"prompt\":[[\"x\"]]}",
                "{\"prompt\":[1.5]}",
                "{\"prompt\":7}"
            })
    void promptsThatAreNeitherTextNorTokensHaveNothingToCompareBy(String body) {
        assertThat(parse(Api.COMPLETIONS, body).prompt().blocks()).isZero();
    }

    @Test
    void tokenIdsAreTheSameInEachNotation() {
        String ids = "1,2,3,4,".repeat(100) + "5";
        assertThat(parse(Api.COMPLETIONS, "{\"prompt\":[" + ids.replace("4", "4.0") + "]}")
                        .prompt())
                .isEqualTo(parse(Api.COMPLETIONS, "{\"prompt\":[" + ids + "]}").prompt());
    }

    @Test
    void whatStandsBesideAMessageOfAnUnknownShapeIsReadAsEver() {
        String message = "{\"role\":\"user\",\"content\":\"" + "x".repeat(1_000) + "\"}";
        assertThat(parse(CHAT, "{\"messages\":[" + message + ",7]}").prompt())
                .isEqualTo(parse(CHAT, "{\"messages\":[" + message + "]}").prompt());
    }

    @Test
    void aHintThatIsTooLongIsNotKept() {
        String large = "9".repeat(5_000);
        assertThat(parse(
                        CHAT,
                        "{\"cache_salt\":\"" + large + "\",\"max_tokens\":" + large + ",\"n\":\"" + large
                                + "\",\"stream\":\"" + large + "\",\"stream_options\":{\"" + large
                                + "\":1,\"include_usage\":true},\"model\":\"m\"}"))
                .returns(null, ScannedRequest::cacheSalt)
                .returns(0L, scanned -> scanned.output().maxTokens())
                .returns(1L, scanned -> scanned.output().choices())
                .returns(false, scanned -> scanned.output().isStreamed())
                .returns(true, ScannedRequest::includeUsage)
                .returns(new ModelName("m"), ScannedRequest::model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void aNameThatIsEmptyIsNone(String value) {
        ScannedRequest request = parse(CHAT, "{\"model\":" + value + "}");
        assertThat(request.model()).isNull();
        assertThat(request.modelField().span()).isEqualTo(new ByteSpan(9, 9 + value.length()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "[]",
                "\"x\"",
                "1",
                "null",
                "{",
                "}",
                "{]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1 \"b\":2}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":[1}}",
                "{\"a\":tru}",
                "{\"a\":nulll}",
                "{\"a\":True}",
                "{\"a\":01}",
                "{\"a\":-}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1e}",
                "{\"a\":1e+}",
                "{\"a\":NaN}",
                "{\"a\":0x1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"",
                "{\"a\":\"\\",
                "{\"a\":1}x",
                "{} {}",
                "{}\0",
                "\uFEFF{}",
                "{\"a\":1/*c*/}",
                "{\"a\":\"\n\"}",
            })
    void refusesWhatIsNotAJsonObject(String body) {
        ScanResult.Malformed whole = fault(CHAT, body);
        ByteString bytes = ByteString.copyFromUtf8(body);
        for (int at = 0; at <= bytes.size(); at++) {
            assertThat(Scans.scan(CHAT, Scans.cut(bytes, at)))
                    .as("cut at %d", at)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " { } ",
                "{\"a\":-0}",
                "{\"a\":0.5e-7}",
                "{\"a\":1E+2,\"b\":[]}",
                "{\"a\":[[],{},[{}]]}",
                "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
                "{\"\":1}",
                "{\"a\":\"\u007f\u0080\uffff\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00x\"}",
                "\r\n\t{\"a\"\n:\r1\t}\n",
            })
    void acceptsEveryJsonObject(String body) {
        parse(CHAT, body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c0af",
                "c3",
                "e28228",
                "e0809f",
                "eda080",
                "f08080af",
                "f4908080",
                "f5",
                "ff",
                "c3c3",
                "e282"
            })
    void refusesInvalidUtf8WhereverChunksEnd(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        ByteString body = ByteString.copyFromUtf8("{\"messages\":[{\"content\":\"a long enough text é")
                .concat(ByteString.copyFrom(bad))
                .concat(ByteString.copyFromUtf8("\"}]}"));
        ScanResult.Malformed whole = fault(CHAT, body);
        assertThat(whole.message()).isEqualTo("invalid UTF-8");
        for (int at = 0; at <= body.size(); at++) {
            assertThat(Scans.scan(CHAT, Scans.cut(body, at))).isEqualTo(whole);
        }
    }

    @Test
    void givesTheSameResultWhereverAChunkEnds() {
        ByteString body = ByteString.copyFromUtf8(
                "{\"messages\":[{\"content\":\"né 漢字 😀 \\u00e9\\ud83d\\ude00\\\"\",\"role\":\"user\"}],"
                        + "\"model\":\"m\\u006fdèl-漢\",\"max_tokens\":120,\"stream\":true}");
        ScanResult whole = Scans.scan(CHAT, List.of(body));
        assertThat(whole).isInstanceOf(ScanResult.Parsed.class);
        for (int at = 0; at <= body.size(); at++) {
            assertThat(Scans.scan(CHAT, Scans.cut(body, at)))
                    .as("cut at %d", at)
                    .isEqualTo(whole);
        }
        List<ByteString> single = IntStream.range(0, body.size())
                .mapToObj(i -> body.substring(i, i + 1))
                .toList();
        assertThat(Scans.scan(CHAT, single)).isEqualTo(whole);
    }

    @Test
    void readsChunksThatAreNotArrays() {
        byte[] bytes = ("{\"model\":\"m\",\"messages\":[{\"content\":\"" + "x".repeat(20_000) + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        ByteString half = ByteString.copyFrom(bytes, 0, 100);
        ByteString rope = half.concat(ByteString.copyFrom(bytes, 100, bytes.length - 100));
        ScanResult whole = Scans.scan(CHAT, List.of(ByteString.copyFrom(bytes)));
        assertThat(Scans.scan(CHAT, List.of(UnsafeByteOperations.unsafeWrap(direct))))
                .isEqualTo(whole);
        assertThat(Scans.scan(CHAT, List.of(rope))).isEqualTo(whole);
    }

    @Test
    void boundsDepthKeysAndNames() {
        String deep = "{\"a\":" + "[".repeat(600) + "]".repeat(600) + "}";
        assertThat(fault(CHAT, deep).message()).isEqualTo("nested deeper than 512 levels");
        parse(CHAT, "{\"a\":" + "[".repeat(511) + "]".repeat(511) + "}");
        StringBuilder many = new StringBuilder("{\"k\":1");
        IntStream.range(0, 1024).forEach(i -> many.append(",\"k").append(i).append("\":1"));
        assertThat(fault(CHAT, many.append('}').toString()).message()).isEqualTo("more than 1024 keys");
        assertThat(fault(CHAT, "{\"model\":\"" + "m".repeat(4097) + "\"}").message())
                .isEqualTo("model is longer than 4096 bytes");
        assertThat(fault(CHAT, "{\"" + "k".repeat(4097) + "\":1}").message())
                .isEqualTo("a key is longer than 4096 bytes");
    }

    @Test
    void saysSoAtOnceWhenABodyCannotBecomeValid() {
        RequestScan scan = new RequestScan(CHAT);
        assertThat(scan.accept(ByteString.copyFromUtf8("{\"a\":"))).isTrue();
        assertThat(scan.accept(ByteString.copyFromUtf8("?"))).isFalse();
        assertThat(scan.accept(ByteString.copyFromUtf8("1}"))).isFalse();
        assertThat(scan.finish()).isEqualTo(new ScanResult.Malformed("unexpected '?'", 5));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/completions, COMPLETIONS",
        "/v1/chat/completions?api-version=1, CHAT_COMPLETIONS",
        "/openai/v1/embeddings, EMBEDDINGS",
        "/v1/responses, RESPONSES",
        "/v1/messages, MESSAGES",
        "/v1/messages/count_tokens, COUNT_TOKENS",
        "/v1/audio/transcriptions, TRANSCRIPTIONS",
        "/v2/rerank, RERANK",
        "/tokenize, TOKENIZE",
        "/detokenize, DETOKENIZE",
        "/v1/files,",
        "/v1/completions/x,",
        "/x?y=/v1/completions,",
    })
    void knowsAnApiByTheEndOfItsPath(String path, Api api) {
        assertThat(Api.of(path)).isEqualTo(api);
    }
}
