package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelServerTest {
    private static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";
    private ModelServer server;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        server = ModelServer.start(ServerConfig.of("vllm-0", Client.anyPort(), MODEL, EngineConfig.of(Profile.H100_8B))
                .withAdapters(List.of("sql", "poet")));
        client = new Client(server.address());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void answersAChatAsExactlyAsManyTokensAsAskedWhenEndIsIgnored() throws Exception {
        JsonNode answer = client.json("/v1/chat/completions", """
                {"model":"%s","messages":[{"role":"user","content":"hello"}],"max_tokens":7,"ignore_eos":true}""".formatted(MODEL));
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.path("model").asText()).isEqualTo(MODEL);
        assertThat(answer.at("/choices/0/message/content").asText()).hasSize(28);
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(7);
        assertThat(answer.at("/usage/total_tokens").asInt())
                .isEqualTo(answer.at("/usage/prompt_tokens").asInt() + 7);
    }

    @Test
    void streamsAChatAsServerSentEventsWithUsage() throws Exception {
        HttpResponse<String> response = client.post("/v1/chat/completions", """
                {"messages":[{"role":"user","content":"hello"}],"max_tokens":5,"ignore_eos":true,"stream":true,
                 "stream_options":{"include_usage":true}}""");
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        List<JsonNode> events = Client.events(response.body());
        assertThat(events.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.at("/choices/0/delta/content").asText()));
        assertThat(text).hasSize(20);
        assertThat(events.get(events.size() - 2).at("/choices/0/finish_reason").asText())
                .isEqualTo("length");
        assertThat(events.getLast().at("/usage/completion_tokens").asInt()).isEqualTo(5);
        assertThat(events.getLast().at("/choices")).isEmpty();
    }

    @Test
    void findsTheLastTurnIncludingItsAnswerInTheCache() throws Exception {
        String question = "what is a sluice? ".repeat(40);
        JsonNode first = client.json("/v1/chat/completions", """
                {"messages":[{"role":"user","content":"%s"}],"max_tokens":64,"ignore_eos":true}""".formatted(question));
        String answer = first.at("/choices/0/message/content").asText();
        JsonNode second = client.json("/v1/chat/completions", """
                {"messages":[{"role":"user","content":"%s"},{"role":"assistant","content":"%s"},
                 {"role":"user","content":"and then?"}],"max_tokens":1,"ignore_eos":true}""".formatted(question, answer));
        int seen = first.at("/usage/total_tokens").asInt();
        int cached = second.at("/usage/prompt_tokens_details/cached_tokens").asInt();
        assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isZero();
        // All full blocks of what was computed; the last token's own entry never is.
        assertThat(cached).isEqualTo((seen - 1) / 16 * 16);

        server.reset();
        JsonNode third = client.json("/v1/chat/completions", """
                {"messages":[{"role":"user","content":"%s"}],"max_tokens":1,"ignore_eos":true}""".formatted(question));
        assertThat(third.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isZero();
    }

    @Test
    void speaksTheOtherApis() throws Exception {
        JsonNode completion =
                client.json("/v1/completions", "{\"prompt\":\"once upon\",\"max_tokens\":3," + "\"ignore_eos\":true}");
        assertThat(completion.at("/choices/0/text").asText()).hasSize(12);
        JsonNode embedding = client.json("/v1/embeddings", "{\"input\":\"once upon\"}");
        assertThat(embedding.at("/data/0/embedding")).hasSize(32);
        assertThat(embedding.at("/usage/completion_tokens").asInt()).isZero();
        JsonNode encoded = client.json("/v1/embeddings", "{\"input\":\"once upon\",\"encoding_format\":\"base64\"}");
        byte[] floats =
                Base64.getDecoder().decode(encoded.at("/data/0/embedding").asText());
        assertThat(ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN).getFloat())
                .isEqualTo(embedding.at("/data/0/embedding/0").floatValue());
        JsonNode response = client.json("/v1/responses", "{\"input\":\"once\",\"max_output_tokens\":3}");
        assertThat(response.at("/output/0/content/0/text").asText()).isNotEmpty();
        JsonNode message = client.json(
                "/v1/messages", "{\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"once\"}]}");
        assertThat(message.at("/content/0/text").asText()).isNotEmpty();
    }

    @Test
    void streamsTheOtherApis() throws Exception {
        for (String body : List.of(
                "/v1/completions {\"stream\":true,\"prompt\":\"a\",\"max_tokens\":3,\"ignore_eos\":true}",
                "/v1/responses {\"stream\":true,\"input\":\"a\",\"max_output_tokens\":3}",
                "/v1/messages {\"stream\":true,\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}")) {
            int space = body.indexOf(' ');
            HttpResponse<String> response = client.post(body.substring(0, space), body.substring(space + 1));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Client.events(response.body())).hasSizeGreaterThan(3);
        }
    }

    @Test
    void refusesBadRequestsInOpenAisForm() throws Exception {
        List<String> statuses = new ArrayList<>();
        for (String body : List.of(
                "{not json",
                "[]",
                "{\"messages\":[]}",
                "{\"model\":\"other\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":1000000}")) {
            HttpResponse<String> response = client.post("/v1/chat/completions", body);
            JsonNode error = Client.JSON.readTree(response.body()).path("error");
            assertThat(error.path("code").asInt()).isEqualTo(response.statusCode());
            assertThat(error.path("message").asText()).isNotEmpty();
            statuses.add(error.path("type").asText());
        }
        assertThat(statuses)
                .containsExactly(
                        "BadRequestError", "BadRequestError", "BadRequestError", "NotFoundError", "BadRequestError");
        assertThat(client.get("/v1/unknown").statusCode()).isEqualTo(404);
    }

    @Test
    void listsLoadsAndUnloadsAdapters() throws Exception {
        assertThat(modelIds()).containsExactly(MODEL, "sql", "poet");
        assertThat(client.post("/v1/load_lora_adapter", "{\"lora_name\":\"law\",\"lora_path\":\"/law\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.post("/v1/load_lora_adapter", "{\"lora_name\":\"law\",\"lora_path\":\"/law\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(client.post("/v1/unload_lora_adapter", "{\"lora_name\":\"sql\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(modelIds()).containsExactly(MODEL, "poet", "law");
        JsonNode answer = client.json(
                "/v1/chat/completions",
                "{\"model\":\"law\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":2}");
        assertThat(answer.path("model").asText()).isEqualTo("law");
        assertThat(client.post("/v1/completions", "{\"model\":\"sql\",\"prompt\":\"a\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    private List<String> modelIds() throws Exception {
        List<String> ids = new ArrayList<>();
        Client.JSON
                .readTree(client.get("/v1/models").body())
                .path("data")
                .forEach(model -> ids.add(model.path("id").asText()));
        return ids;
    }
}
