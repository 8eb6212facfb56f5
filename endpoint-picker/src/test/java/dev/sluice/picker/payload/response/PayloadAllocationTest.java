package dev.sluice.picker.payload.response;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.sluice.picker.payload.request.Scans;
import dev.sluice.picker.prompt.Api;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What requests and answers may allocate, in bytes, once code and buffers are warm.
class PayloadAllocationTest {
    private static final int WARM_UP = 3_000;
    private static final int RUNS = 1_000;
    private static final int EVENTS = 500;

    private static volatile Object last = "";

    private static long bytesPerRun(Supplier<?> run) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            last = run.get();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS; i++) {
            last = run.get();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(last).isNotNull();
        return allocated / RUNS;
    }

    /// One message has its parts in another order than the prompt, so that they are held for a while.
    private static ByteString body(int promptBytes) {
        return ByteString.copyFromUtf8("{\"model\":\"llama\",\"stream\":true,\"max_tokens\":200,\"messages\":["
                + "{\"name\":\"a\",\"content\":\"Be brief.\",\"role\":\"system\"},{\"role\":\"user\",\"content\":["
                + "{\"type\":\"text\",\"text\":\"" + "some words\\n".repeat(promptBytes / 11) + "\"}]}]}");
    }

    private static List<ByteString> events(String each) {
        ByteString event = ByteString.copyFromUtf8("data: {\"id\":\"chatcmpl-1\",\"model\":\"llama\",\"choices\":"
                + "[{\"index\":0,\"delta\":{\"content\":\" word\"}}]" + each + "}\n\n");
        return Collections.nCopies(EVENTS, event);
    }

    @Test
    void aSmallRequestCostsLittleMoreThanItsResult() {
        List<ByteString> chunks = Scans.cut(body(1_000), 500);
        assertThat(bytesPerRun(() -> Scans.scan(Api.CHAT_COMPLETIONS, chunks))).isLessThan(600);
    }

    @Test
    void aLongRequestCostsItsHashChain() {
        ByteString body = body(200_000);
        assertThat(bytesPerRun(() -> Scans.scan(Api.CHAT_COMPLETIONS, List.of(body))))
                .isLessThan(200_000 / 256 * Long.BYTES + 600);
    }

    @Test
    void aStreamCostsTheSameHoweverManyEventsItHas() {
        for (String each : List.of("", ",\"usage\":null", ",\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}")) {
            List<ByteString> chunks = events(each);
            assertThat(bytesPerRun(() -> {
                        ResponseScan scan = Objects.requireNonNull(ResponseScan.of("text/event-stream"));
                        chunks.forEach(scan::accept);
                        return scan;
                    }))
                    .as(each)
                    .isLessThan(1_000);
        }
    }

    @Test
    void bytesOutsideTheHeapAreNotCopiedToFreshArrays() {
        List<ByteString> chunks = events("").stream().map(Scans::direct).toList();
        int size = chunks.getFirst().size();
        assertThat(bytesPerRun(() -> {
                    ResponseScan scan = Objects.requireNonNull(ResponseScan.of("text/event-stream"));
                    chunks.forEach(scan::accept);
                    return scan;
                }))
                .isLessThan((long) EVENTS * size * 3 / 4);
    }
}
