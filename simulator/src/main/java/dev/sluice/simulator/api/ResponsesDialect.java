package dev.sluice.simulator.api;

import static dev.sluice.simulator.api.Dialect.utf8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// OpenAI's responses.
///
/// The last events of a stream repeat the whole text, so it is kept. As in vLLM a stream that was cut off ends with
/// `response.completed` too, and the response in it says `incomplete`.
final class ResponsesDialect implements Dialect {
    private final Answer answer;
    private final String messageId;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int sequence;

    ResponsesDialect(Answer answer) {
        this.answer = answer;
        this.messageId = "msg_" + answer.id();
    }

    @Override
    public byte[] opening() {
        return utf8(event("response.created", "\"response\":" + response("in_progress", "[]", "null"))
                + event(
                        "response.output_item.added",
                        "\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"" + messageId
                                + "\",\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}")
                + event("response.content_part.added", position() + ",\"part\":" + part("")));
    }

    @Override
    public byte[] piece(byte[] text) {
        sent.writeBytes(text);
        return utf8(event(
                "response.output_text.delta",
                position() + ",\"logprobs\":[],\"delta\":\"" + new String(text, StandardCharsets.US_ASCII) + "\""));
    }

    @Override
    public byte[] closing(Usage usage) {
        String text = sent.toString(StandardCharsets.US_ASCII);
        return utf8(event("response.output_text.done", position() + ",\"logprobs\":[],\"text\":\"" + text + "\"")
                + event("response.content_part.done", position() + ",\"part\":" + part(text))
                + event("response.output_item.done", "\"output_index\":0,\"item\":" + item(text))
                + event(
                        "response.completed",
                        "\"response\":" + response(status(), "[" + item(text) + "]", usage(usage))));
    }

    @Override
    public byte[] whole(Usage usage, byte[] text) {
        String output = "[" + item(new String(text, StandardCharsets.US_ASCII)) + "]";
        return utf8(response(status(), output, usage(usage)));
    }

    private String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":" + sequence++ + "," + fields
                + "}\n\n";
    }

    private String position() {
        return "\"item_id\":\"" + messageId + "\",\"output_index\":0,\"content_index\":0";
    }

    private String response(String status, String output, String usage) {
        String details = status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null";
        return "{\"id\":\"resp_" + answer.id() + "\",\"object\":\"response\",\"created_at\":" + answer.created()
                + ",\"status\":\"" + status + "\",\"error\":null,\"incomplete_details\":" + details + ",\"model\":"
                + Json.quote(answer.model()) + ",\"parallel_tool_calls\":true,\"tool_choice\":\"auto\",\"tools\":[],"
                + "\"output\":" + output + ",\"usage\":" + usage + "}";
    }

    private String status() {
        return answer.cutOff() ? "incomplete" : "completed";
    }

    private String item(String text) {
        return "{\"type\":\"message\",\"id\":\"" + messageId + "\",\"status\":\"" + status()
                + "\",\"role\":\"assistant\",\"content\":[" + part(text) + "]}";
    }

    private static String part(String text) {
        return "{\"type\":\"output_text\",\"text\":\"" + text + "\",\"annotations\":[],\"logprobs\":[]}";
    }

    private static String usage(Usage usage) {
        return "{\"input_tokens\":" + usage.prompt() + ",\"input_tokens_details\":{\"cached_tokens\":" + usage.cached()
                + "},\"output_tokens\":" + usage.completion()
                + ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":" + usage.total() + "}";
    }
}
