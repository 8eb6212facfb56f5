package dev.sluice.simulator.api;

import static dev.sluice.simulator.api.Dialect.utf8;

/// Chat completions.
final class ChatDialect implements Dialect {
    private final Answer answer;
    private final String chunkHead;
    private final byte[] pieceHead;
    private static final byte[] PIECE_TAIL = utf8("\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n");

    ChatDialect(Answer answer) {
        this.answer = answer;
        this.chunkHead = "data: " + head("chat.completion.chunk");
        this.pieceHead = utf8(chunkHead + "[{\"index\":0,\"delta\":{\"content\":\"");
    }

    @Override
    public byte[] opening() {
        return utf8(chunkHead + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,"
                + "\"finish_reason\":null}]}\n\n");
    }

    @Override
    public byte[] piece(byte[] text) {
        return Dialect.join(pieceHead, text, PIECE_TAIL);
    }

    @Override
    public byte[] closing(Usage usage) {
        String end = chunkHead + "[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\""
                + answer.finishReason() + "\",\"stop_reason\":null}]}\n\n";
        String total = answer.includeUsage() ? chunkHead + "[],\"usage\":" + usage.openAi() + "}\n\n" : "";
        return utf8(end + total + "data: [DONE]\n\n");
    }

    @Override
    public byte[] whole(Usage usage, byte[] text) {
        return Dialect.join(
                utf8(head("chat.completion") + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""),
                text,
                utf8("\",\"refusal\":null,\"tool_calls\":[]},\"logprobs\":null,\"finish_reason\":\""
                        + answer.finishReason() + "\",\"stop_reason\":null}],\"usage\":" + usage.openAi() + "}"));
    }

    private String head(String object) {
        return "{\"id\":\"chatcmpl-" + answer.id() + "\",\"object\":\"" + object + "\",\"created\":" + answer.created()
                + ",\"model\":" + Json.quote(answer.model()) + ",\"choices\":";
    }
}
