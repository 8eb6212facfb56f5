package dev.sluice.picker.payload.response;

import java.util.Random;

/// Streams of events as engines and providers write them, with random texts, lengths and line ends, from a seed.
final class RandomStreams {
    /// Texts that look like what a scan searches for, among others.
    private static final String[] WORDS = {
        " the",
        "é",
        "漢",
        "\\n\\n",
        "\\\"usage\\\":{\\\"prompt_tokens\\\":9}",
        "\\\\",
        "data: ",
        "usage",
        "{",
        "\\u0022",
        "\\\"model\\\":\\\"m\\\"",
        "",
        " [DONE]",
    };

    private final Random random;

    RandomStreams(Random random) {
        this.random = random;
    }

    String next() {
        String stream = switch (random.nextInt(8)) {
            case 0 -> chat("", ",\"usage\":{\"prompt_tokens\":11,\"total_tokens\":16,\"completion_tokens\":5}");
            case 1 ->
                chat(
                        ",\"usage\":null",
                        ",\"usage\": {\"prompt_tokens\":7,\"completion_tokens\":5,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":3},"
                                + "\"completion_tokens_details\":{\"prompt_tokens\":99,\"reasoning_tokens\":0}}");
            case 2 -> chat(",\"usage\": null", "");
            case 3 -> continuous();
            case 4 -> completions();
            case 5 -> messages();
            case 6 -> responses();
            default -> broken();
        };
        return switch (random.nextInt(6)) {
            case 0 -> stream.replace("\n", "\r\n");
            case 1 -> stream.replace('\n', '\r');
            default -> stream;
        };
    }

    /// vLLM, SGLang and OpenAI: the counts in an event of their own at the end, if asked for.
    private String chat(String each, String last) {
        StringBuilder stream = new StringBuilder();
        String event =
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[%s]%s}";
        stream.append(data(event.formatted("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}", each)));
        String key = pick("content", "reasoning_content", "reasoning");
        for (int i = events(); i > 0; i--) {
            stream.append(noise())
                    .append(data(
                            event.formatted("{\"index\":0,\"delta\":{\"" + key + "\":\"" + word() + "\"}}", each)));
        }
        stream.append(data(event.formatted("{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", each)));
        if (!last.isEmpty()) {
            stream.append(data(event.formatted("", last)));
        }
        return stream + pick("", "", data("{\"error\": {\"message\":\"" + word() + "\"}}")) + data("[DONE]");
    }

    /// vLLM with `continuous_usage_stats`.
    private String continuous() {
        StringBuilder stream = new StringBuilder();
        for (int i = 1 + events(); i > 0; i--) {
            stream.append(data("{\"choices\":[{\"delta\":{\"content\":\"" + word() + "\"}}],\"usage\":{"
                    + "\"prompt_tokens\":11,\"completion_tokens\":" + i + "}}"));
        }
        return stream + data("[DONE]");
    }

    /// Text completions; TGI's own events beside them, which carry no counts.
    private String completions() {
        StringBuilder stream = new StringBuilder();
        for (int i = events(); i > 0; i--) {
            stream.append(
                    random.nextBoolean()
                            ? data("{\"choices\":[{\"text\":\"" + word() + "\",\"index\":0}],\"usage\":null}")
                            : data("{\"index\":" + i + ",\"token\":{\"id\":7,\"text\":\"" + word()
                                    + "\"},\"details\":null}"));
        }
        return stream
                + data("{\"choices\":[{\"text\":\"\",\"usage\":{\"prompt_tokens\":1}}],\"usage\":{"
                        + "\"prompt_tokens\":3,\"completion_tokens\":2}}");
    }

    private String messages() {
        StringBuilder stream = new StringBuilder("event: message_start\n")
                .append(data("{\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":10,"
                        + "\"cache_read_input_tokens\":30,\"cache_creation_input_tokens\":2,\"output_tokens\":1}}}"));
        for (int i = events(); i > 0; i--) {
            stream.append(noise())
                    .append("event: content_block_delta\n")
                    .append(data("{\"type\":\"content_block_delta\",\"delta\":{\"text\":\"" + word() + "\"}}"));
        }
        return stream.append("event: message_delta\n")
                .append(data("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":7}}"))
                .append("event: message_stop\n")
                .append(data("{\"type\":\"message_stop\"}"))
                .toString();
    }

    /// The last event repeats the tools, whose schemas may name a property as the counts are named.
    private String responses() {
        StringBuilder stream = new StringBuilder("event: response.created\n")
                .append(data("{\"type\":\"response.created\",\"response\":{\"usage\":null,\"output\":[]}}"));
        for (int i = events(); i > 0; i--) {
            stream.append("event: response.output_text.delta\n")
                    .append(data("{\"type\":\"response.output_text.delta\",\"delta\":\"" + word() + "\"}"));
        }
        String tools = "\"tools\":[{\"parameters\":{\"usage\":{\"input_tokens\":5,\"output_tokens\":6}}}]";
        String counts = "\"usage\":{\"input_tokens\":3,\"input_tokens_details\":{\"cached_tokens\":2},"
                + "\"output_tokens\":4}";
        boolean toolsFirst = random.nextBoolean();
        return stream.append("event: response.completed\n")
                .append(data("{\"type\":\"response.completed\",\"response\":{" + (toolsFirst ? tools : counts) + ","
                        + (toolsFirst ? counts : tools) + "}}"))
                .toString();
    }

    /// Events of several lines, without JSON, cut off, or with an error.
    private String broken() {
        StringBuilder stream = new StringBuilder();
        for (int i = 2 * events(); i > 0; i--) {
            stream.append(pick(
                    "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n",
                    "data: {\"usage\":\ndata: {\"prompt_tokens\":" + i + "}}\n\n",
                    "data:{\"usage\" : {\"completion_tokens\":" + i + "}}\n\n\n",
                    "data: {\"error\":{\"message\":\"" + word() + "\",\"code\":500}}\n\n",
                    "data: {\"usage\":nil,\"usage\":{\"prompt_tokens\":" + i + "}}\n\n",
                    "data: {\"usage\":{\"prompt_tokens\":" + i + "}\n\n",
                    "usage: {\"usage\":{\"prompt_tokens\":" + i + "}}\n\n",
                    "data: \"usage\n\n",
                    "data: \n\n",
                    "id: 7\n"));
        }
        return stream + pick("", "data: {\"usage\":{\"prompt_tokens\":1", "\n", "data: {\"usa");
    }

    private String data(String json) {
        return pick("data: ", "data: ", "data:") + json + "\n\n";
    }

    private String noise() {
        return pick("", "", "", ": ping\n\n", ": \"usage\":{}\n", "event: ping\ndata: {\"type\": \"ping\"}\n\n", "\n");
    }

    private String word() {
        return pick(WORDS) + pick(WORDS);
    }

    private int events() {
        return random.nextInt(12);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
