package dev.sluice.bench;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.request.ScannedRequest;
import java.util.List;
import java.util.Locale;
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

/// Reading a request's body: find the model and the options, hash the prompt.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScanBench {
    @Param({"1000", "8000", "220000", "4000000"})
    private int promptBytes;

    /// Plain words; code, whose lines end with an escape; or text without ASCII.
    @Param({"words", "code", "cjk"})
    private String text = "";

    private List<ByteString> chunks = List.of();

    @Setup
    public void setUp() {
        chunks = Chat.chunks(Chat.body(promptBytes, 1, Chat.Text.valueOf(text.toUpperCase(Locale.ROOT))));
    }

    @Benchmark
    public ScannedRequest scan() {
        return Chat.scan(chunks);
    }
}
