package dev.sluice.picker.tokenizing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.picker.http.AnswerReader;
import dev.sluice.picker.http.HttpAnswer;
import dev.sluice.picker.http.HttpClient;
import dev.sluice.picker.http.Origin;
import dev.sluice.picker.http.OutgoingRequest;
import dev.sluice.picker.http.OutgoingRequest.AnswerLimits;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.PoolSnapshot;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.prompt.PromptTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// The client of the engines' `/tokenize`: a pool's engines are asked round-robin.
public final class TokenizeClient implements EngineTokenizer {
    /// A prompt of two million tokens has an answer of 16 MB.
    private static final AnswerLimits LIMITS = new AnswerLimits(Duration.ofSeconds(1), 32 << 20);

    private static final JsonFactory JSON = new JsonFactory();

    private final Pools pools;
    private final HttpClient http;
    private final Executor executor;
    private final AtomicInteger next = new AtomicInteger();

    /// @param executor its threads read the answers
    public TokenizeClient(Pools pools, HttpClient http, Executor executor) {
        this.pools = pools;
        this.http = http;
        this.executor = executor;
    }

    @Override
    public CompletionStage<PromptTokens> tokenize(PoolId id, byte[] request) {
        PoolSnapshot pool = pools.find(id);
        if (pool == null || pool.size() == 0) {
            return CompletableFuture.failedFuture(new IOException("pool " + id + " has no endpoint"));
        }
        int first = Math.floorMod(next.getAndIncrement(), pool.size());
        int chosen = readFrom(pool, first);
        int other = readFrom(pool, (chosen + 1) % pool.size());
        CompletionStage<PromptTokens> tokens = ask(pool, chosen, request);
        return other == chosen ? tokens : tokens.exceptionallyCompose(_ -> ask(pool, other, request));
    }

    /// The first endpoint from a position on whose engine answers, or that position where none is known to.
    private static int readFrom(PoolSnapshot pool, int from) {
        for (int i = 0; i < pool.size(); i++) {
            int position = (from + i) % pool.size();
            if (pool.endpoint(position).signals() != null) {
                return position;
            }
        }
        return from;
    }

    private CompletionStage<PromptTokens> ask(PoolSnapshot pool, int position, byte[] request) {
        EndpointId endpoint = pool.endpoint(position).id();
        return http.send(
                        Origin.of(endpoint, endpoint.port()),
                        OutgoingRequest.post("/tokenize", "application/json", request, LIMITS))
                .thenApplyAsync(TokenizeClient::tokens, executor);
    }

    private static PromptTokens tokens(HttpAnswer answer) {
        if (answer.status() != AnswerReader.OK) {
            throw new UncheckedIOException(new IOException("/tokenize answers with status " + answer.status()));
        }
        try (JsonParser parser = JSON.createParser(answer.body())) {
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
}
