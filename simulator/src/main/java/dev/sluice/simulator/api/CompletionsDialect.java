package dev.sluice.simulator.api;

import static dev.sluice.simulator.api.Dialect.utf8;

/// Text completions.
final class CompletionsDialect implements Dialect {
    private static final byte[] PIECE_TAIL =
            utf8("\",\"logprobs\":null,\"finish_reason\":null,\"stop_reason\":null}]}\n\n");
    private final Answer answer;
    private final String head;
    private final byte[] pieceHead;

    CompletionsDialect(Answer answer) {
        this.answer = answer;
        this.head = "{\"id\":\"cmpl-" + answer.id() + "\",\"object\":\"text_completion\",\"created\":"
                + answer.created() + ",\"model\":" + Json.quote(answer.model()) + ",\"choices\":";
        this.pieceHead = utf8("data: " + head + "[{\"index\":0,\"text\":\"");
    }

    @Override
    public byte[] opening() {
        return new byte[0];
    }

    @Override
    public byte[] piece(byte[] text) {
        return Dialect.join(pieceHead, text, PIECE_TAIL);
    }

    @Override
    public byte[] closing(Usage usage) {
        String end = "data: " + head + "[{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\""
                + answer.finishReason() + "\",\"stop_reason\":null}]}\n\n";
        String total = answer.includeUsage() ? "data: " + head + "[],\"usage\":" + usage.openAi() + "}\n\n" : "";
        return utf8(end + total + "data: [DONE]\n\n");
    }

    @Override
    public byte[] whole(Usage usage, byte[] text) {
        return Dialect.join(
                utf8(head + "[{\"index\":0,\"text\":\""),
                text,
                utf8("\",\"logprobs\":null,\"finish_reason\":\"" + answer.finishReason()
                        + "\",\"stop_reason\":null}],\"usage\":" + usage.openAi() + "}"));
    }
}
