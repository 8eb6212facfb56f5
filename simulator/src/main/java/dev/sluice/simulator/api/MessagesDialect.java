package dev.sluice.simulator.api;

import static dev.sluice.simulator.api.Dialect.utf8;

/// Anthropic's messages.
final class MessagesDialect implements Dialect {
    private static final byte[] PIECE_HEAD = utf8("event: content_block_delta\ndata: {\"type\":\"content_block_delta\","
            + "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"");
    private static final byte[] PIECE_TAIL = utf8("\"}}\n\n");

    private final Answer answer;
    private final int promptTokens;

    MessagesDialect(Answer answer, int promptTokens) {
        this.answer = answer;
        this.promptTokens = promptTokens;
    }

    @Override
    public byte[] opening() {
        String message = head() + "[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
                + promptTokens + ",\"output_tokens\":0}}";
        return utf8(event("message_start", "\"message\":" + message)
                + event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"));
    }

    @Override
    public byte[] piece(byte[] text) {
        return Dialect.join(PIECE_HEAD, text, PIECE_TAIL);
    }

    @Override
    public byte[] closing(Usage usage) {
        return utf8(event("content_block_stop", "\"index\":0")
                + event(
                        "message_delta",
                        "\"delta\":{\"stop_reason\":\"" + stopReason() + "\",\"stop_sequence\":null},\"usage\":"
                                + usage(usage))
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    }

    @Override
    public byte[] whole(Usage usage, byte[] text) {
        return Dialect.join(
                utf8(head() + "[{\"type\":\"text\",\"text\":\""),
                text,
                utf8("\"}],\"stop_reason\":\"" + stopReason() + "\",\"stop_sequence\":null,\"usage\":" + usage(usage)
                        + "}"));
    }

    private String head() {
        return "{\"id\":\"msg_" + answer.id() + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                + Json.quote(answer.model()) + ",\"content\":";
    }

    private String stopReason() {
        return answer.cutOff() ? "max_tokens" : "end_turn";
    }

    private static String usage(Usage usage) {
        return "{\"input_tokens\":" + usage.prompt() + ",\"output_tokens\":" + usage.completion()
                + ",\"cache_read_input_tokens\":" + usage.cached() + "}";
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }
}
