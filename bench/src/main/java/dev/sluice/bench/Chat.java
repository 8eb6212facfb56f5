package dev.sluice.bench;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.request.RequestScan;
import dev.sluice.picker.payload.request.ScanResult;
import dev.sluice.picker.payload.request.ScannedRequest;
import dev.sluice.picker.prompt.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A chat completion of a given size, as bytes and as Envoy would cut it.
final class Chat {
    private static final int CHUNK = 16_384;

    enum Text {
        WORDS,
        CODE,
        CJK
    }

    private Chat() {}

    static ByteString body(int promptBytes, long seed) {
        return body(promptBytes, seed, Text.WORDS);
    }

    static ByteString body(int promptBytes, long seed, Text kind) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(promptBytes + 200);
        text.append(
                "{\"model\":\"llama\",\"stream\":true,\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"");
        int end = text.length() + promptBytes;
        while (text.length() < end) {
            switch (kind) {
                case WORDS -> word(text, random);
                case CODE -> {
                    for (int words = 3 + random.nextInt(9); words > 0; words--) {
                        word(text, random);
                    }
                    text.append(random.nextInt(4) == 0 ? "\\\"x\\\"" : "").append("\\n");
                }
                case CJK -> {
                    text.append((char) (0x4E00 + random.nextInt(0x5000)));
                    // A character counts three bytes.
                    end -= 2;
                }
            }
        }
        return ByteString.copyFromUtf8(text.append("\"}]}").toString());
    }

    private static void word(StringBuilder text, SplittableRandom random) {
        for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        text.append(' ');
    }

    static List<ByteString> chunks(ByteString body) {
        List<ByteString> chunks = new ArrayList<>();
        for (int from = 0; from < body.size(); from += CHUNK) {
            chunks.add(body.substring(from, Math.min(body.size(), from + CHUNK)));
        }
        return chunks;
    }

    static ScannedRequest scan(List<ByteString> chunks) {
        RequestScan scan = new RequestScan(Api.CHAT_COMPLETIONS);
        chunks.forEach(scan::accept);
        return switch (scan.finish()) {
            case ScanResult.Parsed(ScannedRequest request) -> request;
            case ScanResult.Malformed malformed -> throw new IllegalStateException(malformed.toString());
        };
    }
}
