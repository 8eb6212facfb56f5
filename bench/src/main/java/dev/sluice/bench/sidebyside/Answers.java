package dev.sluice.bench.sidebyside;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The answers of a model server, built once: vLLM's JSON and its server-sent events.
final class Answers {
    static final int EVENTS = 500;

    private static final int BYTES_PER_TOKEN = 4;
    private static final int JSON_TOKENS = 32;
    private static final long CREATED = 1_767_225_600;
    private static final String JSON = "application/json";

    /// The text that every answer begins with.
    private static final String HEAD = "{\"id\":\"chatcmpl-3f1c0b7e5d9a4c2e8b6f7a1d2c3e4f50\",\"object\":\"%s\","
            + "\"created\":" + CREATED + ",\"model\":\"" + Conversations.MODEL + "\",\"choices\":[%s]";

    private final Map<Work, Answer> completions = new EnumMap<>(Work.class);
    private final Answer models = Answer.of(
            200,
            JSON,
            "{\"object\":\"list\",\"data\":[{\"id\":\"%s\",\"object\":\"model\",\"created\":%d,\"owned_by\":\"vllm\"}]}"
                    .formatted(Conversations.MODEL, CREATED));
    private final Answer health = Answer.of(200, JSON, "");
    private final Answer notFound = Answer.of(404, JSON, "{\"detail\":\"Not Found\"}");
    private final Answer damaged = Answer.of(400, JSON, "{\"detail\":\"The body is not as long as it was sent\"}");

    /// @param eventsPerWrite how many server-sent events a server hands to its socket at a time
    Answers(int eventsPerWrite) {
        for (Work work : Work.values()) {
            completions.put(
                    work,
                    work.streamed()
                            ? Answer.streamed(events(work), eventsPerWrite)
                            : Answer.of(200, JSON, whole(work)));
        }
    }

    Answer completion(Work work) {
        return Objects.requireNonNull(completions.get(work));
    }

    /// To a request whose body was lost or grew on its way.
    Answer damaged() {
        return damaged;
    }

    Answer models() {
        return models;
    }

    Answer health() {
        return health;
    }

    Answer notFound() {
        return notFound;
    }

    private static String whole(Work work) {
        String choice = "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + "All is well. ".repeat(10)
                + "\",\"tool_calls\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}";
        return HEAD.formatted("chat.completion", choice) + "," + usage(work, JSON_TOKENS) + "}";
    }

    private static List<String> events(Work work) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            String delta = i == 0 ? "\"role\":\"assistant\",\"content\":\"\"" : "\"content\":\" word" + i % 10 + "\"";
            String end = i == EVENTS - 1 ? "\"length\"" : "null";
            events.add(event(
                    "{\"index\":0,\"delta\":{" + delta + "},\"logprobs\":null,\"finish_reason\":" + end + "}", ""));
        }
        events.add(event("", "," + usage(work, EVENTS)));
        events.add("data: [DONE]\n\n");
        return events;
    }

    private static String event(String choice, String rest) {
        return "data: " + HEAD.formatted("chat.completion.chunk", choice) + rest + "}\n\n";
    }

    private static String usage(Work work, int completionTokens) {
        int prompt = work.bodyBytes() / BYTES_PER_TOKEN;
        return "\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d}"
                .formatted(prompt, prompt + completionTokens, completionTokens);
    }
}
