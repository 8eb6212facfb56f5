package dev.sluice.picker.payload.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.picker.prompt.Api;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Ways to put bodies through a scan, for tests.
public final class Scans {
    private Scans() {}

    public static ScanResult scan(Api api, List<ByteString> chunks) {
        RequestScan scan = new RequestScan(api);
        chunks.forEach(scan::accept);
        return scan.finish();
    }

    static ScannedRequest parse(Api api, String body) {
        ScanResult result = scan(api, List.of(ByteString.copyFromUtf8(body)));
        assertThat(result).as(body).isInstanceOf(ScanResult.Parsed.class);
        return ((ScanResult.Parsed) result).request();
    }

    static ScanResult.Malformed fault(Api api, ByteString body) {
        ScanResult result = scan(api, List.of(body));
        assertThat(result).as(body.toStringUtf8()).isInstanceOf(ScanResult.Malformed.class);
        return (ScanResult.Malformed) result;
    }

    static ScanResult.Malformed fault(Api api, String body) {
        return fault(api, ByteString.copyFromUtf8(body));
    }

    /// The bytes cut in two at a point.
    public static List<ByteString> cut(ByteString bytes, int at) {
        return List.of(bytes.substring(0, at), bytes.substring(at));
    }

    /// The bytes cut at random points, sometimes into single bytes and empty chunks.
    public static List<ByteString> cut(ByteString bytes, RandomGenerator random) {
        return cut(bytes, random, 1 + random.nextInt(64));
    }

    public static List<ByteString> cut(ByteString bytes, RandomGenerator random, int longest) {
        List<ByteString> chunks = new ArrayList<>();
        int at = 0;
        while (at < bytes.size()) {
            int end = Math.min(bytes.size(), at + random.nextInt(longest + 1));
            chunks.add(bytes.substring(at, end));
            at = end;
        }
        return chunks;
    }

    /// The same bytes in other memory: an array, several, or outside the heap.
    public static ByteString moved(ByteString chunk, RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                int at = random.nextInt(chunk.size() + 1);
                yield chunk.substring(0, at).concat(chunk.substring(at));
            }
            case 1 -> direct(chunk);
            case 2 -> UnsafeByteOperations.unsafeWrap(chunk.toByteArray());
            default -> chunk;
        };
    }

    /// The same bytes outside the heap.
    public static ByteString direct(ByteString chunk) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(chunk.size());
        chunk.copyTo(buffer);
        return UnsafeByteOperations.unsafeWrap(buffer.flip());
    }

    static ByteString join(List<ByteString> chunks) {
        return ByteString.copyFrom(chunks);
    }
}
