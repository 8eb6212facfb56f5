package dev.sluice.standalone.training;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Bodies as clients and model servers write them.
public final class Bodies {
    public static final String MODEL = "llama";
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":250,\"completion_tokens\":40,\"total_tokens\":290}";

    private Bodies() {}

    /// A chat completion whose prompt has about so many bytes: half of them one of a few system prompts, half new.
    public static ByteString chat(String model, int promptBytes, boolean stream, RandomGenerator random) {
        return ByteString.copyFromUtf8(
                "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":200,\"messages\":[".formatted(model, stream)
                        + "{\"role\":\"system\",\"content\":\""
                        + "You are assistant %d. ".formatted(random.nextInt(20)).repeat(promptBytes / 40)
                        + "\"},{\"role\":\"user\",\"content\":\"" + words(promptBytes / 2, random) + "\"}]}");
    }

    private static String words(int bytes, RandomGenerator random) {
        StringBuilder text = new StringBuilder(bytes + 10);
        while (text.length() < bytes) {
            for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append(' ');
        }
        return text.toString();
    }

    /// The whole answer in one chunk.
    public static List<ByteString> answer() {
        return List.of(ByteString.copyFromUtf8(
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"" + MODEL
                        + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Certainly.\"},"
                        + "\"finish_reason\":\"stop\"}]," + USAGE + "}"));
    }

    /// A streamed answer, one event to a chunk.
    public static List<ByteString> events(int count) {
        List<ByteString> chunks = new ArrayList<>();
        String start = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\""
                + MODEL + "\",";
        for (int i = 0; i < count; i++) {
            chunks.add(ByteString.copyFromUtf8(start + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word" + i
                    + "\"},\"finish_reason\":null}]}\n\n"));
        }
        chunks.add(ByteString.copyFromUtf8(start + "\"choices\":[]," + USAGE + "}\n\ndata: [DONE]\n\n"));
        return chunks;
    }
}
