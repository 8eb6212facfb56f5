package dev.sluice.picker.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.model.ModelName;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRenameTest {
    private static final ModelName SERVED = new ModelName("base/lora-1");
    private static final ModelName REQUESTED = new ModelName("my \"model\"");

    private static String rename(List<ByteString> chunks) {
        ModelRename rename = new ModelRename(SERVED, REQUESTED);
        ByteString out = ByteString.EMPTY;
        for (ByteString chunk : chunks) {
            out = out.concat(rename.accept(chunk));
        }
        return out.concat(rename.finish()).toStringUtf8();
    }

    private static void assertRenamed(String answer, String expected) {
        ByteString bytes = ByteString.copyFromUtf8(answer);
        for (int at = 0; at <= bytes.size(); at++) {
            assertThat(rename(Scans.cut(bytes, at))).as("cut at %d", at).isEqualTo(expected);
        }
        for (int seed = 0; seed < 50; seed++) {
            assertThat(rename(Scans.cut(bytes, new Random(seed))))
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
                "{\"model\":\"base/lora-12\"}",
                "{\"model\":\"base/lora\"}",
                "{\"model\":\"other\"}",
                "{\"model\":null}",
                "{\"modell\":\"base/lora-1\"}",
                "{\"text\":\"model\",\"x\":\"base/lora-1\"}",
                "{\"text\":\"{\\\"model\\\":\\\"base/lora-1\\\"}\"}",
                "{\"say \\\"model\":\"base/lora-1\"}",
                "{\"model\":\"base/lora-1",
                "\"\"model\"\"",
                "",
            })
    void leavesEverythingElseAlone(String answer) {
        assertRenamed(answer, answer);
    }

    @Test
    void passesAnUnchangedChunkAsItIs() {
        ByteString chunk = ByteString.copyFromUtf8("data: {\"text\":\"nothing to see\"}\n\n");
        assertThat(new ModelRename(SERVED, REQUESTED).accept(chunk)).isSameAs(chunk);
    }

    @Test
    void holdsOnlyTheBytesOfAPossibleName() {
        ModelRename rename = new ModelRename(SERVED, REQUESTED);
        assertThat(rename.accept(ByteString.copyFromUtf8("{\"model\":\"base/")).toStringUtf8())
                .isEqualTo("{\"model\":");
        assertThat(rename.accept(ByteString.copyFromUtf8("x\"}")).toStringUtf8())
                .isEqualTo("\"base/x\"}");
        assertThat(rename.finish()).isEqualTo(ByteString.EMPTY);
    }
}
