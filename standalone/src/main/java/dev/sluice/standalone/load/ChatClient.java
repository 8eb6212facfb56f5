package dev.sluice.standalone.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// An OpenAI chat client with a pool of kept-alive connections, as an application in front of model servers has.
///
/// A request takes the connection that has been free the longest: of the usual orders the one that spreads requests
/// most evenly over connections, and so over the servers behind a Service.
final class ChatClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Timeout PATIENCE = Timeout.ofSeconds(60);

    private final URI completions;
    private final CloseableHttpClient http;

    ChatClient(URI base, int maxConnections) {
        completions = base.resolve("/v1/chat/completions");
        http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(maxConnections)
                        .setMaxConnPerRoute(maxConnections)
                        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                        .setConnPoolPolicy(PoolReusePolicy.FIFO)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(PATIENCE)
                                .setSocketTimeout(PATIENCE)
                                .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(PATIENCE)
                        .setResponseTimeout(PATIENCE)
                        .build())
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .build();
    }

    record Message(String role, String content) {}

    record Request(
            String model,
            List<Message> messages,
            @JsonProperty("max_tokens") int maxTokens,
            @JsonProperty("ignore_eos") boolean ignoreEos,
            boolean stream,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("stream_options") @Nullable
            StreamOptions streamOptions) {
        Request(String model, List<Message> messages, int tokens, boolean stream) {
            this(model, messages, tokens, true, stream, stream ? new StreamOptions(true) : null);
        }
    }

    record StreamOptions(@JsonProperty("include_usage") boolean includeUsage) {}

    /// @param firstTokenNanos when the first content came, by [System#nanoTime]; 0 for an answer that was not streamed
    record Reply(String text, int tokens, long firstTokenNanos, long lastTokenNanos) {}

    Reply send(Request request) throws IOException {
        HttpPost post = new HttpPost(completions);
        post.setEntity(new ByteArrayEntity(JSON.writeValueAsBytes(request), ContentType.APPLICATION_JSON));
        return http.execute(post, response -> read(response, request.stream()));
    }

    @Override
    public void close() {
        try {
            http.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Reply read(ClassicHttpResponse response, boolean streamed) throws IOException, HttpException {
        if (response.getCode() != 200) {
            String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity(), 2_000);
            throw new IOException("status %d: %s".formatted(response.getCode(), body.strip()));
        }
        if (streamed) {
            return readEvents(new BufferedReader(
                    new InputStreamReader(response.getEntity().getContent(), StandardCharsets.UTF_8)));
        }
        JsonNode body = JSON.readTree(response.getEntity().getContent());
        String text = body.at("/choices/0/message/content").asText();
        return new Reply(text, body.at("/usage/completion_tokens").asInt(), 0, 0);
    }

    private static Reply readEvents(BufferedReader events) throws IOException {
        StringBuilder text = new StringBuilder();
        int tokens = 0;
        long first = 0;
        long last = 0;
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (!line.startsWith("data: ")) {
                continue;
            }
            String data = line.substring("data: ".length());
            if (data.equals("[DONE]")) {
                return new Reply(text.toString(), tokens, first, last);
            }
            JsonNode event = parse(data);
            String content = event.at("/choices/0/delta/content").asText("");
            if (!content.isEmpty()) {
                last = System.nanoTime();
                first = first == 0 ? last : first;
                text.append(content);
            }
            tokens = event.at("/usage/completion_tokens").asInt(tokens);
        }
        throw new IOException("the stream ended without [DONE]");
    }

    private static JsonNode parse(String data) throws IOException {
        try {
            JsonNode event = JSON.readTree(data);
            if (event.has("error")) {
                throw new IOException("error in the stream: " + data);
            }
            return event;
        } catch (JsonProcessingException malformed) {
            throw new IOException("malformed event: " + data, malformed);
        }
    }
}
