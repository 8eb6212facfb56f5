package dev.sluice.picker.tokenizing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.picker.model.PoolId;
import dev.sluice.picker.model.PromptTokens;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks the engines of a pool for tokens, each in its turn.
public final class TokenizeClient implements EngineTokenizer, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int OK = 200;
    private static final JsonFactory JSON = new JsonFactory();

    private final Pools pools;
    private final HttpClient client;
    private final AtomicInteger turn = new AtomicInteger();

    /// @param executor its threads see the answers
    public TokenizeClient(Pools pools, Executor executor) {
        this.pools = pools;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .executor(executor)
                .build();
    }

    @Override
    public CompletionStage<PromptTokens> tokenize(PoolId id, byte[] request) {
        PoolSnapshot pool = pools.find(id);
        if (pool == null || pool.size() == 0) {
            return CompletableFuture.failedFuture(new IOException("pool " + id + " has no endpoint"));
        }
        String address = pool.endpoint(Math.floorMod(turn.getAndIncrement(), pool.size()))
                .address();
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://" + address + "/tokenize"))
                .timeout(TIMEOUT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                .build();
        return client.sendAsync(post, HttpResponse.BodyHandlers.ofByteArray()).thenApply(TokenizeClient::tokens);
    }

    private static PromptTokens tokens(HttpResponse<byte[]> response) {
        if (response.statusCode() != OK) {
            throw new UncheckedIOException(new IOException("/tokenize answers " + response.statusCode()));
        }
        try (JsonParser parser = JSON.createParser(response.body())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals("tokens")) {
                    parser.nextToken();
                    return new PromptTokens(ids(parser));
                }
            }
            throw new IOException("/tokenize answers without tokens");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static int[] ids(JsonParser parser) throws IOException {
        int[] ids = new int[1 << 10];
        int count = 0;
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
            }
            ids[count++] = (int) parser.getLongValue();
        }
        return Arrays.copyOf(ids, count);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
