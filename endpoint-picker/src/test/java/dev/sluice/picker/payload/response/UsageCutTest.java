package dev.sluice.picker.payload.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.request.Scans;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageCutTest {
    private static final String DELTA =
            "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"é \\\"choices\\\":[]\"}}],\"usage\":null}\n\n";
    private static final String COUNTS =
            "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private static String pass(List<ByteString> chunks) {
        UsageCut cut = new UsageCut();
        ByteString out = ByteString.EMPTY;
        for (ByteString chunk : chunks) {
            out = out.concat(cut.accept(chunk));
        }
        return out.concat(cut.finish()).toStringUtf8();
    }

    private static void assertPassed(String answer, String expected) {
        ByteString bytes = ByteString.copyFromUtf8(answer);
        for (int at = 0; at <= bytes.size(); at++) {
            assertThat(pass(Scans.cut(bytes, at))).as("cut at %d", at).isEqualTo(expected);
        }
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            List<ByteString> chunks = Scans.cut(bytes, random, 1 + random.nextInt(100)).stream()
                    .map(chunk -> Scans.moved(chunk, random))
                    .toList();
            assertThat(pass(chunks)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void takesTheEventOfCountsOutWhereverChunksEnd() {
        assertPassed(DELTA.repeat(3) + COUNTS + DONE, DELTA.repeat(3) + DONE);
    }

    @Test
    void takesItOutWhereItEndsTheStreamToo() {
        assertPassed(DELTA + COUNTS, DELTA);
    }

    @Test
    void linesMayEndWithBothCharacters() {
        assertPassed((DELTA + COUNTS + DONE).replace("\n", "\r\n"), (DELTA + DONE).replace("\n", "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"usage\":{\"prompt_tokens\":3},\"choices\": [ ]}\n\n",
                "data:{ \"choices\" : [],\"usage\" : {} , \"timings\":{\"choices\":[1]}}\n\n",
            })
    void theyMayStandInAnyOrderAndSpacing(String counts) {
        assertPassed(DELTA + counts + DONE, DELTA + DONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "data: {\"choices\":[],\"usage\":null}\n\n",
                "data: {\"choices\":[]}\n\n",
                "data: {\"choices\":[],\"usage\":[1]}\n\n",
                "data: {\"choices\":[],\"x\":{\"usage\":{}}}\n\n",
                "data: {\"choices\":[{\"index\":0}],\"usage\":{}}\n\n",
                "data: {\"x\":{\"choices\":[]},\"choices\":[{}],\"usage\":{}}\n\n",
                "data: {\"choices\":[],\"usage\":{}\n\n",
                "data: {\"choices\":[],\"usage\":{}}}\n\n",
                "data: {\"choices\":[],\"usage\":{}}\n",
                "data: {\"choices\":null,\"usage\":{}}\n\n",
                "data: {\"error\":{\"message\":\"\\\"choices\\\":[]\"}}\n\n",
                "event: x\ndata: {\"choices\":[],\"usage\":{}}\n\n",
                ": {\"choices\":[],\"usage\":{}}\n\n",
                "\n\n\r\n\n",
                "no stream of events",
                "\"choices\":[]",
            })
    void leavesEverythingElseAlone(String event) {
        assertPassed(DELTA + event + DELTA + DONE, DELTA + event + DELTA + DONE);
        assertPassed(DELTA + event, DELTA + event);
    }

    @Test
    void leavesCountsBeforeTheFirstChoiceAlone() {
        assertPassed(COUNTS + DELTA + COUNTS + DONE, COUNTS + DELTA + DONE);
    }

    @Test
    void passesAnEventThatIsTooLongForCounts() {
        String counts = "data: {\"choices\":[],\"usage\":{},\"x\":\"" + "y".repeat(20_000) + "\"}\n\n";
        ByteString bytes = ByteString.copyFromUtf8(DELTA + counts + DONE);
        assertThat(pass(Scans.cut(bytes, new Random(1), 1_000))).isEqualTo(bytes.toStringUtf8());
    }

    @Test
    void passesAnUnchangedChunkAsItIs() {
        UsageCut cut = new UsageCut();
        ByteString chunk = ByteString.copyFromUtf8(DELTA + DELTA);
        assertThat(cut.accept(chunk)).isSameAs(chunk);
        assertThat(cut.accept(chunk)).isSameAs(chunk);
        assertThat(cut.held()).isEqualTo(ByteString.EMPTY);
        ByteString half = ByteString.copyFromUtf8(DELTA.substring(0, DELTA.length() / 2 + 5));
        assertThat(cut.accept(half)).isSameAs(half);
    }

    @Test
    void holdsNoMoreThanMayBeCounts() {
        UsageCut cut = new UsageCut();
        cut.accept(ByteString.copyFromUtf8(DELTA));
        assertThat(cut.accept(ByteString.copyFromUtf8(DELTA + "data: {\"id\":\"1\","))
                        .toStringUtf8())
                .isEqualTo(DELTA);
        assertThat(cut.held().toStringUtf8()).isEqualTo("data: {\"id\":\"1\",");
        assertThat(cut.accept(ByteString.copyFromUtf8("\"choices\":[{")).toStringUtf8())
                .isEqualTo("data: {\"id\":\"1\",\"choices\":[{");
        assertThat(cut.finish()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void whatStaysGetsTheModelsNameBack() {
        ByteString bytes = ByteString.copyFromUtf8(DELTA + COUNTS + DONE);
        String expected = (DELTA + DONE).replace("\"m\"", "\"chat\"");
        for (int at = 0; at <= bytes.size(); at++) {
            AnswerEdits edits = AnswerEdits.of(new UsageCut(), ModelRename.inEvents(new ModelName("chat")));
            ByteString out = ByteString.EMPTY;
            int came = 0;
            for (ByteString chunk : Scans.cut(bytes, at)) {
                out = out.concat(edits.accept(chunk));
                came += chunk.size();
                assertThat(bytes.substring(0, came).endsWith(edits.held()))
                        .as("cut at %d", at)
                        .isTrue();
            }
            assertThat(out.concat(edits.finish()).toStringUtf8())
                    .as("cut at %d", at)
                    .isEqualTo(expected);
        }
    }

    @Test
    void anAnswerThatIsCutOffEndsWithoutAPieceOfAnEventThatWasHeld() {
        AnswerEdits edits = AnswerEdits.of(new UsageCut(), ModelRename.inEvents(new ModelName("chat")));
        edits.accept(ByteString.copyFromUtf8(DELTA + COUNTS.substring(0, 60)));
        assertThat(edits.cutOff()).isEqualTo(ByteString.EMPTY);
    }
}
