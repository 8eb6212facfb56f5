package dev.sluice.picker.payload.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.request.Scans;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRenameTest {
    private static final ModelName REQUESTED = new ModelName("my \"model\"");
    private static final String QUOTED = "\"my \\\"model\\\"\"";

    private static String rename(ModelRename rename, List<ByteString> chunks) {
        ByteString out = ByteString.EMPTY;
        for (ByteString chunk : chunks) {
            out = out.concat(rename.accept(chunk));
        }
        return out.concat(rename.finish()).toStringUtf8();
    }

    private static ModelRename of(String answer) {
        return answer.startsWith("{") ? ModelRename.inDocument(REQUESTED) : ModelRename.inEvents(REQUESTED);
    }

    private static void assertRenamed(String answer, String expected) {
        ByteString bytes = ByteString.copyFromUtf8(answer);
        for (int at = 0; at <= bytes.size(); at++) {
            assertThat(rename(of(answer), Scans.cut(bytes, at)))
                    .as("cut at %d", at)
                    .isEqualTo(expected);
        }
        for (int seed = 0; seed < 50; seed++) {
            assertThat(rename(of(answer), Scans.cut(bytes, new Random(seed))))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"id\":\"x\",\"model\":\"base/lora-1\",\"n\":1} | {\"id\":\"x\",\"model\":\"my \\\"model\\\"\",\"n\":1}",
                "{\"model\" : \"base/lora-1\"} | {\"model\" : \"my \\\"model\\\"\"}",
                "{\"response\":{\"model\":\"base/lora-1\"}} | {\"response\":{\"model\":\"my \\\"model\\\"\"}}",
                "{\"message\":{\"id\":{},\"model\":\"base\"}} | {\"message\":{\"id\":{},\"model\":\"my \\\"model\\\"\"}}",
                "{\"error\":{\"message\":\"no\",\"model\":\"base\"}} | {\"error\":{\"message\":\"no\",\"model\":\"my \\\"model\\\"\"}}",
                "{\"choices\":[{\"model\":\"x\"}],\"model\":\"whatever \\\"it\\\" is\"} | {\"choices\":[{\"model\":\"x\"}],\"model\":\"my \\\"model\\\"\"}",
                "{\"model\":\"\"} | {\"model\":\"my \\\"model\\\"\"}",
                "{\"model\":\"base/lora-1\"}{\"model\":\"base/lora-1\"} | {\"model\":\"my \\\"model\\\"\"}{\"model\":\"my \\\"model\\\"\"}",
            })
    void putsTheRequestedNameBackWhereverChunksEnd(String answer, String expected) {
        assertRenamed(answer, expected);
    }

    @Test
    void renamesInEveryEvent() {
        String event = "data: {\"id\":\"1\",\"model\":\"%s\",\"choices\":[{\"delta\":{\"content\":\"é\"}}]}\n\n";
        assertRenamed(
                event.formatted("base/lora-1").repeat(3) + "data: [DONE]\n\n",
                event.formatted("my \\\"model\\\"").repeat(3) + "data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":null}",
                "{\"model\":[\"base\"]}",
                "{\"model\":{\"model\":\"base\"}}",
                "{\"content\":[{\"type\":\"tool_use\",\"name\":\"set_model\",\"input\":{\"model\":\"base\",\"level\":2}}]}",
                "{\"metadata\":{\"model\":\"base\"},\"response\":{\"tools\":[{\"model\":\"base\"}],\"x\":{\"model\":\"base\"}}}",
                "{\"response\":[{\"model\":\"base\"}]}",
                "{\"a\":{\"response\":{\"model\":\"base\"}}}",
                "{\"mo\\u0064el\":\"base\"}",
                "{\"a model\":\"base\",\"the model\":\"base\",\"xxxxmodel\":\"base\"}",
                "[{\"model\":\"base\"}]",
                "{\"modell\":\"base/lora-1\"}",
                "{\"text\":\"model\",\"x\":\"base/lora-1\"}",
                "{\"text\":\"{\\\"model\\\":\\\"base/lora-1\\\"}\"}",
                "{\"say \\\"model\":\"base/lora-1\"}",
                "{\"model\":\"base/lora-1",
                "",
            })
    void leavesEverythingElseAlone(String answer) {
        assertRenamed(answer, answer);
    }

    /// What a line of a stream ends with, and how an event's payload is split, is each engine's own.
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsEventsHoweverTheirLinesEnd(String lineEnd) {
        String stream = """
                : ping

                event: message_start
                data: {"type":"message_start","message":{"content":[{"model":"base"}],"model":"base"}}

                data:{"id":"1",
                data:  "model": "base" }

                data: {"broken
                data: {"id":"2","model":"base"}

                dat
                {"model":"base"}

                data: {"delta":{"model":"base"},"text":"\\\"model\\\":\\\"base\\\""}

                data: {"model":"base","choices":[{"model":"base"}],"message":{"model":"base"}}

                data: [DONE]

                """;
        String expected = stream.replace("\"model\":\"base\"}}\n\ndata:{", "\"model\":" + QUOTED + "}}\n\ndata:{")
                .replace("\"model\": \"base\" }", "\"model\": " + QUOTED + " }")
                .replace("data: {\"model\":\"base\",\"ch", "data: {\"model\":" + QUOTED + ",\"ch");
        assertThat(expected.length()).isEqualTo(stream.length() + 3 * (QUOTED.length() - "\"base\"".length()));
        assertRenamed(stream.replace("\n", lineEnd), expected.replace("\n", lineEnd));
    }

    @Test
    void renamesByPlaceInEveryDocument() {
        int named = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            // Neighbouring seeds begin alike.
            Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            String document = new Documents(random).next();
            String expected = document.replace("\"right\"", QUOTED);
            assertThat(rename(of(document), Scans.cut(ByteString.copyFromUtf8(document), random)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            named += expected.equals(document) ? 0 : 1;
        }
        assertThat(named).isGreaterThan(500);
    }

    /// Random documents that say `right` where an answer names its model, and `wrong` everywhere else.
    private record Documents(Random random) {
        String next() {
            return object(1, true);
        }

        private String object(int depth, boolean counts) {
            StringJoiner members = new StringJoiner(space() + "," + space(), "{" + space(), space() + "}");
            for (int i = random.nextInt(12); i > 0; i--) {
                String key = pick("model", "response", "message", "error", "id", "models", "a\\\"model");
                boolean holder = counts
                        && depth == 1
                        && List.of("response", "message", "error").contains(key);
                String value = key.equals("model")
                        ? pick(counts ? "\"right\"" : "\"wrong\"", "null", "7", "[\"wrong\"]")
                        : value(depth, holder);
                members.add('"' + key + '"' + space() + ":" + space() + value);
            }
            return members.toString();
        }

        private String value(int depth, boolean holder) {
            return switch (random.nextInt(depth > 3 ? 5 : 9)) {
                case 0 -> "null";
                case 1 -> "-1.5e3";
                case 2 -> "\"}{[\\\\\"";
                case 3 -> "\"\\\"model\\\":\\\"right\\\"\"";
                case 4 -> "\"é\\u0022model\"";
                case 5, 6 -> "[" + value(depth + 1, false) + space() + "," + value(depth + 1, false) + "]";
                default -> object(depth + 1, holder);
            };
        }

        private String space() {
            return pick("", "", " ", "\n\t", "\r\n");
        }

        private String pick(String... choices) {
            return choices[random.nextInt(choices.length)];
        }
    }

    @Test
    void passesAnUnchangedChunkAsItIs() {
        ByteString chunk = ByteString.copyFromUtf8("data: {\"text\":\"nothing to see\"}\n\n");
        assertThat(ModelRename.inEvents(REQUESTED).accept(chunk)).isSameAs(chunk);
    }

    @Test
    void holdsOnlyTheBytesOfAName() {
        ModelRename rename = ModelRename.inDocument(REQUESTED);
        assertThat(rename.accept(ByteString.copyFromUtf8("{\"model\":\"base/")).toStringUtf8())
                .isEqualTo("{\"model\":");
        assertThat(rename.held().toStringUtf8()).isEqualTo("\"base/");
        assertThat(rename.accept(ByteString.copyFromUtf8("x\"}")).toStringUtf8())
                .isEqualTo(QUOTED + "}");
        assertThat(rename.finish()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void aNameWithoutEndIsNotHeldForEver() {
        ModelRename rename = ModelRename.inDocument(REQUESTED);
        String endless = "{\"model\":\"" + "x".repeat(100_000) + "\",\"n\":1}";
        ByteString bytes = ByteString.copyFromUtf8(endless);
        ByteString out = ByteString.EMPTY;
        for (ByteString chunk : Scans.cut(bytes, new Random(1), 1_000)) {
            out = out.concat(rename.accept(chunk));
            assertThat(rename.held().size()).isLessThan(20_000);
        }
        assertThat(out.concat(rename.finish()).toStringUtf8()).isEqualTo(endless);
    }
}
