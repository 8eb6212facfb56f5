package dev.sluice.bench.sidebyside;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The requests of one work, built once: chat completions that share some system prompts and then differ.
///
/// The members stand in the order in which OpenAI's Python client writes them. After the last comes the first
/// again, as conversations come back with every turn.
final class Conversations implements AutoCloseable {
    static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";

    private static final int COUNT = 256;
    private static final int SYSTEM_PROMPTS = 8;
    private static final double SHARED = 0.4;
    private static final int WORDS_PER_LINE = 14;
    private static final long SEED = 4;

    private final List<ByteBuf> requests = new ArrayList<>();
    private int next;

    Conversations(Work work) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> systemPrompts = new ArrayList<>();
        int shared = (int) (work.bodyBytes() * SHARED);
        for (int i = 0; i < SYSTEM_PROMPTS; i++) {
            systemPrompts.add(prose(random, shared));
        }
        for (int i = 0; i < COUNT; i++) {
            requests.add(request(work, body(work, systemPrompts.get(random.nextInt(SYSTEM_PROMPTS)), random)));
        }
    }

    /// The next request, head and body; belongs to the caller.
    ByteBuf next() {
        ByteBuf request = requests.get(next);
        next = (next + 1) % requests.size();
        return request.retainedDuplicate();
    }

    /// Only when nothing is on its way any more.
    @Override
    public void close() {
        requests.forEach(ByteBuf::release);
    }

    private static String body(Work work, String systemPrompt, SplittableRandom random) {
        String head = "{\"messages\":[{\"role\":\"system\",\"content\":\"" + systemPrompt
                + "\"},{\"role\":\"user\",\"content\":\"";
        String tail = "\"}],\"model\":\"" + MODEL + "\",\"max_tokens\":500,\"temperature\":0.7"
                + (work.streamed() ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}");
        return head + prose(random, work.bodyBytes() - head.length() - tail.length()) + tail;
    }

    /// Words in lines, as JSON writes them, of just this length.
    private static String prose(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder(length + 16);
        for (int words = 1; text.length() < length; words++) {
            for (int letters = 2 + random.nextInt(8); letters > 0; letters--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append(words % WORDS_PER_LINE == 0 ? "\\n" : " ");
        }
        text.setLength(length);
        // Cutting may have left half an escape.
        if (text.charAt(length - 1) == '\\') {
            text.setCharAt(length - 1, '.');
        }
        return text.toString();
    }

    private static ByteBuf request(Work work, String body) {
        String head = """
                POST /v1/chat/completions HTTP/1.1\r
                host: gateway.example\r
                content-type: application/json\r
                accept: application/json\r
                user-agent: side-by-side\r
                authorization: Bearer sk-0000000000000000000000000000000000000000\r
                %s: %s\r
                content-length: %d\r
                \r
                """.formatted(Backend.WORK_HEADER, work.label(), body.length());
        byte[] bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }
}
