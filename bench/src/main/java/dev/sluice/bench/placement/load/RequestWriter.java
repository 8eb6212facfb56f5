package dev.sluice.bench.placement.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The bytes of a request: OpenAI's chat completions or completions, in the order in which its Python client writes.
public final class RequestWriter {
    private static final int SALT_TOKENS = 8;
    /// Numbers of texts that no plan has.
    private static final long SALTS = 1L << 42;

    private final Api api;
    private final boolean streamed;
    private final String tail;
    private final Wording wording;

    /// The interface of OpenAI's that is used.
    public enum Api {
        CHAT("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"", "\"}]"),
        COMPLETIONS("/v1/completions", "{\"prompt\":\"", "\"");

        private final String path;
        private final String opening;
        private final String closing;

        Api(String path, String opening, String closing) {
            this.path = path;
            this.opening = opening;
            this.closing = closing;
        }
    }

    /// The form in which answers come.
    public enum Streaming {
        NONE(""),
        EVENTS(",\"stream\":true"),
        EVENTS_AND_USAGE(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

        private final String members;

        Streaming(String members) {
            this.members = members;
        }
    }

    public RequestWriter(String model, Api api, Streaming streaming, Wording wording) {
        this.api = api;
        this.streamed = streaming != Streaming.NONE;
        this.wording = wording;
        this.tail = api.closing + ",\"model\":\"" + model + "\",\"max_tokens\":%d" + streaming.members
                + ",\"ignore_eos\":true,\"temperature\":0}";
    }

    boolean streamed() {
        return streamed;
    }

    /// The request, head and body, on the heap, where nobody has to release it.
    ///
    /// @param salt what the prompt begins with: requests with different salts share no cached block
    ByteBuf write(PlannedRequest request, long salt) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(8 * (request.promptTokens() + SALT_TOKENS) + 256);
        body.writeBytes(ascii(api.opening));
        wording.write(new Piece(SALTS + salt, SALT_TOKENS), body);
        for (Piece piece : request.prompt()) {
            wording.write(piece, body);
        }
        body.writeBytes(ascii(tail.formatted(request.outputTokens())));
        byte[] head = ascii("""
                POST %s HTTP/1.1\r
                host: gateway.example\r
                content-type: application/json\r
                accept: application/json\r
                user-agent: placement\r
                content-length: %d\r
                \r
                """.formatted(api.path, body.size()));
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(head, body.toByteArray()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
