package dev.sluice.bench.sidebyside;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/// What a model server answers, built once: vLLM's JSON and its server-sent events.
final class Answers {
    static final int EVENTS = 500;

    private static final int BYTES_PER_TOKEN = 4;
    private static final int JSON_TOKENS = 32;
    private static final String ID = "chatcmpl-3f1c0b7e5d9a4c2e8b6f7a1d2c3e4f50";
    private static final long CREATED = 1_767_225_600;

    private final Map<Work, ByteBuf> completions = new EnumMap<>(Work.class);
    private final Map<Work, Integer> bodyBytes = new EnumMap<>(Work.class);
    private final ByteBuf models = json(200, """
            {"object":"list","data":[{"id":"%s","object":"model","created":%d,"owned_by":"vllm"}]}""".formatted(Conversations.MODEL, CREATED));
    private final ByteBuf health = json(200, "");
    private final ByteBuf notFound = json(404, "{\"detail\":\"Not Found\"}");
    private final ByteBuf truncated = json(400, "{\"detail\":\"The body is not as long as it was sent\"}");

    Answers() {
        for (Work work : Work.values()) {
            String body = work.streamed() ? events(work) : completion(work);
            bodyBytes.put(work, body.length());
            completions.put(work, work.streamed() ? chunked(body) : json(200, body));
        }
    }

    /// The answer to a completion, head and body; borrowed.
    ByteBuf completion(Work work, long received) {
        return received == work.bodyBytes() ? completions.getOrDefault(work, notFound) : truncated;
    }

    /// How long the body is that a client should get.
    int completionBytes(Work work) {
        return bodyBytes.getOrDefault(work, 0);
    }

    ByteBuf models() {
        return models;
    }

    ByteBuf health() {
        return health;
    }

    ByteBuf notFound() {
        return notFound;
    }

    private static String completion(Work work) {
        return """
                {"id":"%s","object":"chat.completion","created":%d,"model":"%s","choices":[{"index":0,"message":\
                {"role":"assistant","content":"%s","tool_calls":[]},"logprobs":null,"finish_reason":"stop"}],%s}""".formatted(ID, CREATED, Conversations.MODEL, "All is well. ".repeat(10), usage(work, JSON_TOKENS));
    }

    private static String events(Work work) {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < EVENTS; i++) {
            String end = i == EVENTS - 1 ? "\"length\"" : "null";
            String delta = i == 0 ? "\"role\":\"assistant\",\"content\":\"\"" : "\"content\":\" word" + i % 10 + "\"";
            events.append(event("[{\"index\":0,\"delta\":{" + delta + "},\"logprobs\":null,\"finish_reason\":" + end
                            + "}]"))
                    .append("}\n\n");
        }
        return events.append(event("[]"))
                .append(',')
                .append(usage(work, EVENTS))
                .append("}\n\ndata: [DONE]\n\n")
                .toString();
    }

    private static String event(String choices) {
        return "data: {\"id\":\"%s\",\"object\":\"chat.completion.chunk\",\"created\":%d,\"model\":\"%s\",\"choices\":%s"
                .formatted(ID, CREATED, Conversations.MODEL, choices);
    }

    private static String usage(Work work, int completionTokens) {
        int prompt = work.bodyBytes() / BYTES_PER_TOKEN;
        return "\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d}"
                .formatted(prompt, prompt + completionTokens, completionTokens);
    }

    /// Each event is a chunk of its own, as a server writes them that flushes each.
    private static ByteBuf chunked(String events) {
        StringBuilder message = new StringBuilder("""
                HTTP/1.1 200 OK\r
                server: uvicorn\r
                content-type: text/event-stream; charset=utf-8\r
                transfer-encoding: chunked\r
                \r
                """);
        for (String event : events.split("(?<=\n\n)")) {
            message.append(Integer.toHexString(event.length()))
                    .append("\r\n")
                    .append(event)
                    .append("\r\n");
        }
        return buffer(message.append("0\r\n\r\n").toString());
    }

    private static ByteBuf json(int status, String body) {
        return buffer("""
                HTTP/1.1 %d %s\r
                server: uvicorn\r
                content-type: application/json\r
                content-length: %d\r
                \r
                %s""".formatted(status, status == 200 ? "OK" : "Error", body.length(), body));
    }

    private static ByteBuf buffer(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes));
    }
}
