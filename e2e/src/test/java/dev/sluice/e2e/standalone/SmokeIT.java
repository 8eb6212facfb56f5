package dev.sluice.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.stack.GatewayStack;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The main road: requests reach a server through Envoy and the picker, and the folder is followed.
class SmokeIT {
    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aCompletionReachesAServer() throws Exception {
        HttpResponse<String> response = STACK.post("/v1/completions", """
                {"model": "%s", "prompt": "Once upon a time", "max_tokens": 7, "ignore_eos": true}
                """.formatted(GatewayStack.MODEL));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(7);
        assertThat(body.at("/model").asText()).isEqualTo(GatewayStack.MODEL);
    }

    @Test
    void aStreamedChatReachesAServerAndEnds() throws Exception {
        HttpResponse<String> response = STACK.post("/v1/chat/completions", """
                {"model": "%s", "stream": true, "max_tokens": 9, "ignore_eos": true,
                 "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "Hello"}]}
                """.formatted(GatewayStack.MODEL));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(response.body()).contains("\"completion_tokens\":9").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aPublishedNameReachesItsAdapterAndComesBack() throws Exception {
        HttpResponse<String> response = STACK.post("/v1/chat/completions", """
                {"model": "%s", "max_tokens": 3, "messages": [{"role": "user", "content": "Hello"}]}
                """.formatted(GatewayStack.ADAPTER_MODEL));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readTree(response.body()).at("/model").asText()).isEqualTo(GatewayStack.ADAPTER_MODEL);
    }

    @Test
    void aChangedFolderIsFollowedAndABrokenOneIsNot() throws Exception {
        Path models = STACK.folder().resolve("models.yaml");
        String published = Files.readString(models);
        try {
            Files.writeString(models, published.replace("modelName: support", "modelName: helpdesk"));
            await().atMost(Duration.ofSeconds(10)).until(() -> status("helpdesk") == 200);

            Files.writeString(models, "kind: [");
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> status("helpdesk") == 200);
        } finally {
            Files.writeString(models, published);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> status(GatewayStack.ADAPTER_MODEL) == 200);
    }

    private static int status(String model) throws IOException, InterruptedException {
        return STACK.post("/v1/completions", """
                        {"model": "%s", "prompt": "Hi", "max_tokens": 1}
                        """.formatted(model)).statusCode();
    }
}
