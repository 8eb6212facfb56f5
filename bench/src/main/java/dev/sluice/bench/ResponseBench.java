package dev.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.response.ModelRename;
import dev.sluice.picker.payload.response.ResponseScan;
import dev.sluice.picker.prompt.TokenUsage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// A streamed answer of 500 events, one chunk each, with the token counts in the last: find those, and put the
/// client's name for the model back.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResponseBench {
    private static final int EVENTS = 500;
    private static final ModelName SERVED = new ModelName("meta-llama/Llama-3.1-8B-Instruct");
    private static final ModelName REQUESTED = new ModelName("chat");

    /// The memory of a chunk's bytes: in an array, or in memory outside the heap as the transport reads them.
    @Param({"heap", "direct"})
    private String memory = "";

    /// The token counts of each event: nothing, as vLLM does, `null`, as OpenAI does, or the counts so far.
    @Param({"last", "null", "each"})
    private String usage = "";

    private List<ByteString> chunks = List.of();

    @Setup
    public void setUp() {
        SplittableRandom random = new SplittableRandom(1);
        chunks = new ArrayList<>();
        for (int i = 1; i < EVENTS; i++) {
            String counts = switch (usage) {
                case "null" -> ",\"usage\":null";
                case "each" -> ",\"usage\":" + counts(i);
                default -> "";
            };
            chunks.add(event("[{\"index\":0,\"delta\":{\"content\":\" " + Integer.toString(random.nextInt(1 << 20), 36)
                    + "\"},\"logprobs\":null,\"finish_reason\":null}]" + counts));
        }
        chunks.add(event("[],\"usage\":" + counts(EVENTS)).concat(ByteString.copyFromUtf8("data: [DONE]\n\n")));
    }

    private static String counts(int completion) {
        return "{\"prompt_tokens\":300,\"total_tokens\":%d,\"completion_tokens\":%d}"
                .formatted(300 + completion, completion);
    }

    private ByteString event(String choices) {
        byte[] bytes = ("data: {\"id\":\"chatcmpl-6f1c2b7e9d3a4e5f8a7b6c5d4e3f2a1b\",\"object\":"
                        + "\"chat.completion.chunk\",\"created\":1764000000,\"model\":\"" + SERVED.value()
                        + "\",\"choices\":" + choices + "}\n\n")
                .getBytes(UTF_8);
        return memory.equals("heap")
                ? UnsafeByteOperations.unsafeWrap(bytes)
                : UnsafeByteOperations.unsafeWrap(
                        ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    @Benchmark
    public TokenUsage scan() {
        ResponseScan scan = Objects.requireNonNull(ResponseScan.of("text/event-stream"));
        for (ByteString chunk : chunks) {
            scan.accept(chunk);
        }
        return Objects.requireNonNull(scan.usage());
    }

    @Benchmark
    public void rename(Blackhole out) {
        ModelRename rename = ModelRename.inEvents(REQUESTED);
        for (ByteString chunk : chunks) {
            out.consume(rename.accept(chunk));
        }
        out.consume(rename.finish());
    }
}
