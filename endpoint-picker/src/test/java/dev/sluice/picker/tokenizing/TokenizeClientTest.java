package dev.sluice.picker.tokenizing;

import static dev.sluice.picker.Fixtures.POOL;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.http.HttpClient;
import dev.sluice.picker.http.TlsTrust;
import dev.sluice.picker.identity.EndpointId;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.pool.EndpointSpec;
import dev.sluice.picker.pool.Engine;
import dev.sluice.picker.pool.Hardware;
import dev.sluice.picker.pool.Pools;
import dev.sluice.picker.pool.Pools.PoolSpec;
import dev.sluice.picker.settings.PoolSettings;
import dev.sluice.process.Supervisor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenizeClientTest {
    private final EventLoopThread loop = new EventLoopThread("http", new Supervisor(_ -> {}));
    private final Pools pools = new Pools(_ -> {});
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile int status = 200;
    private volatile String answer = "";
    private HttpServer engine;
    private TokenizeClient client;

    @BeforeEach
    void start() throws Exception {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/tokenize", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestHeaders().getFirst("Content-Type") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        engine.start();
        client = new TokenizeClient(pools, new HttpClient(loop, TlsTrust.of(null)), Runnable::run);
        EndpointId id = new EndpointId("pod", "127.0.0.1", engine.getAddress().getPort());
        pools.replaceAll(List.of(new PoolSpec(
                POOL, PoolSettings.DEFAULT, List.of(new EndpointSpec(id, Hardware.UNKNOWN, Engine.VLLM)))));
    }

    @AfterEach
    void stop() {
        loop.close();
        engine.stop(0);
    }

    private int[] tokens(PoolId pool) throws Exception {
        return client.tokenize(pool, "{\"prompt\":\"hi\"}".getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS)
                .ids();
    }

    private Throwable failure(PoolId pool) throws Exception {
        try {
            throw new AssertionError(tokens(pool).length + " tokens");
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void anEngineOfThePoolTokenizes() throws Exception {
        answer = "{\"count\":3,\"max_model_len\":8192,\"tokens\":[1,2,4000000000],\"token_strs\":null}";
        assertThat(tokens(POOL)).containsExactly(1, 2, (int) 4_000_000_000L);
        assertThat(asked).containsExactly("application/json {\"prompt\":\"hi\"}");
    }

    /// An endpoint that is away costs no prompt its tokens: the next is asked, and one whose engine does not answer its
    /// metrics either is not asked at all.
    @Test
    void anEndpointThatIsAwayIsNoReasonToDoWithoutTokens() throws Exception {
        answer = "{\"tokens\":[5]}";
        EndpointId there =
                new EndpointId("pod", "127.0.0.1", engine.getAddress().getPort());
        EndpointId away = new EndpointId("away", "127.0.0.1", 1);
        pools.replaceAll(List.of(new PoolSpec(
                POOL,
                PoolSettings.DEFAULT,
                List.of(
                        new EndpointSpec(away, Hardware.UNKNOWN, Engine.VLLM),
                        new EndpointSpec(there, Hardware.UNKNOWN, Engine.VLLM)))));
        for (int i = 0; i < 6; i++) {
            assertThat(tokens(POOL)).containsExactly(5);
        }
        assertThat(asked).hasSize(6);
    }

    @Test
    void aRefusalHasItsStatusAsTheReason() throws Exception {
        status = 404;
        assertThat(failure(POOL)).hasMessageContaining("/tokenize answers with status 404");
    }

    @Test
    void anAnswerWithoutTokensFails() throws Exception {
        answer = "{\"count\":3}";
        assertThat(failure(POOL)).hasRootCauseInstanceOf(IOException.class).hasMessageContaining("without tokens");
        answer = "no JSON";
        assertThat(failure(POOL)).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aPoolWithoutEndpointsFails() throws Exception {
        assertThat(failure(new PoolId("ml", "none"))).hasMessageContaining("ml/none has no endpoint");
    }
}
