package dev.sluice.simulator.api;

import static dev.sluice.simulator.api.Dialect.utf8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/// Embeddings; never streamed.
final class EmbeddingsDialect implements Dialect {
    private final Answer answer;
    private final float[] vector;
    private final boolean base64;

    /// @param base64 whether the vector is sent as the Base64 of its little-endian bytes
    EmbeddingsDialect(Answer answer, float[] vector, boolean base64) {
        this.answer = answer;
        this.vector = vector;
        this.base64 = base64;
    }

    @Override
    public byte[] opening() {
        return new byte[0];
    }

    @Override
    public byte[] piece(byte[] text) {
        return new byte[0];
    }

    @Override
    public byte[] closing(Usage usage) {
        return new byte[0];
    }

    @Override
    public byte[] whole(Usage usage, byte[] text) {
        return utf8("{\"id\":\"embd-" + answer.id() + "\",\"object\":\"list\",\"created\":" + answer.created()
                + ",\"model\":" + Json.quote(answer.model())
                + ",\"data\":[{\"index\":0,\"object\":\"embedding\",\"embedding\":"
                + (base64 ? encoded() : Arrays.toString(vector))
                + "}],\"usage\":" + usage.openAi() + "}");
    }

    private String encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return "\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"";
    }
}
