package dev.sluice.simulator.api;

import static dev.sluice.simulator.api.Dialect.utf8;

import java.util.Arrays;

/// Embeddings; never streamed.
final class EmbeddingsDialect implements Dialect {
    private final Answer answer;
    private final float[] vector;

    EmbeddingsDialect(Answer answer, float[] vector) {
        this.answer = answer;
        this.vector = vector;
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
                + ",\"data\":[{\"index\":0,\"object\":\"embedding\",\"embedding\":" + Arrays.toString(vector)
                + "}],\"usage\":" + usage.openAi() + "}");
    }
}
