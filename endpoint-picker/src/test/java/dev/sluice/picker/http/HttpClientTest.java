package dev.sluice.picker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.picker.http.OutgoingRequest.AnswerLimits;
import dev.sluice.process.Supervisor;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpClientTest {
    private static final AnswerLimits LIMITS = new AnswerLimits(Duration.ofSeconds(5), 1_000);
    private static final OutgoingRequest GET = OutgoingRequest.get("/page", "text/plain", LIMITS);
    private static final OutgoingRequest POST =
            OutgoingRequest.post("/page", "application/json", "{\"a\":1}".getBytes(StandardCharsets.UTF_8), LIMITS);

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final EventLoopThread loop = new EventLoopThread("http", new Supervisor(faults::add));
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Set<Integer> connections = ConcurrentHashMap.newKeySet();
    private @Nullable HttpServer server;

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        loop.close();
        if (server != null) {
            server.stop(0);
        }
        assertThat(faults).isEmpty();
    }

    private HttpClient client() throws Exception {
        return new HttpClient(loop, TlsTrust.of(null));
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private Origin serve(HttpServer made, Handler handler) {
        server = made;
        made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        made.createContext("/", exchange -> {
            try (exchange) {
                connections.add(exchange.getRemoteAddress().getPort());
                bodies.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                handler.handle(exchange);
            }
        });
        made.start();
        return new Origin(
                made instanceof HttpsServer, "127.0.0.1", made.getAddress().getPort());
    }

    private Origin serve(Handler handler) throws IOException {
        return serve(HttpServer.create(loopback(), 0), handler);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static Throwable failure(CompletableFuture<HttpAnswer> answer) throws Exception {
        try {
            throw new AssertionError(
                    "status " + answer.get(20, TimeUnit.SECONDS).status());
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    @Test
    void answersOfAnyStatusAreWholeAndConnectionsAreKept() throws Exception {
        Origin origin = serve(exchange -> answer(exchange, 422, "why"));
        HttpClient client = client();
        for (int i = 0; i < 5; i++) {
            HttpAnswer answer = client.send(origin, POST).get();
            assertThat(answer.status()).isEqualTo(422);
            assertThat(text(answer)).isEqualTo("why");
        }
        assertThat(bodies).hasSize(5).containsOnly("POST /page {\"a\":1}");
        assertThat(connections).hasSize(1);
    }

    @Test
    void requestsAtTheSameTimeDoNotWaitForEachOther() throws Exception {
        CountDownLatch all = new CountDownLatch(8);
        Origin origin = serve(exchange -> {
            all.countDown();
            try {
                all.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
            answer(exchange, 200, "x");
        });
        HttpClient client = client();
        List<CompletableFuture<HttpAnswer>> answers =
                IntStream.range(0, 8).mapToObj(_ -> client.send(origin, GET)).toList();
        for (CompletableFuture<HttpAnswer> each : answers) {
            assertThat(text(each.get(20, TimeUnit.SECONDS))).isEqualTo("x");
        }
    }

    @Test
    void aHostMayBeAName() throws Exception {
        Origin origin = serve(
                exchange -> answer(exchange, 200, exchange.getRequestHeaders().getFirst("Host")));
        Origin named = new Origin(false, "localhost", origin.port());
        assertThat(text(client().send(named, GET).get())).isEqualTo("localhost:" + origin.port());
        assertThat(failure(client().send(new Origin(false, "no-such-host.invalid", 80), GET)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void aBodyBeyondItsBoundFails() throws Exception {
        Origin origin = serve(exchange -> answer(exchange, 200, "x".repeat(1_001)));
        assertThat(failure(client().send(origin, GET)))
                .isInstanceOf(IOException.class)
                .hasMessage(origin + "/page answers with more than 1000 bytes");
    }

    /// The deadline is that of the whole answer: a server that sends a byte now and then does not move it.
    @Test
    void anAnswerThatTricklesFailsAtItsDeadline() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer slow = new RawServer(socket -> {
            RawServer.readRequest(socket);
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                write(socket, "x");
            }
        })) {
            OutgoingRequest hasty =
                    OutgoingRequest.get("/page", "text/plain", new AnswerLimits(Duration.ofMillis(300), 1_000));
            assertThat(failure(client().send(new Origin(false, "127.0.0.1", slow.port()), hasty)))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("/page within PT0.3S");
        } finally {
            over.countDown();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatComesBeforeTheAnswerIsSkipped() throws Exception {
        try (RawServer hinting = new RawServer(socket -> {
            RawServer.readRequest(socket);
            write(socket, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        })) {
            HttpAnswer answer = client().send(new Origin(false, "127.0.0.1", hinting.port()), GET)
                    .get();
            assertThat(text(answer)).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void aPostIsRedirectedOnceWithItsBody(int status) throws Exception {
        Origin origin = serve(exchange -> {
            boolean there = exchange.getRequestURI().getPath().equals("/page/");
            exchange.getResponseHeaders().set("Location", "/page/");
            answer(exchange, there ? 200 : status, there ? "there" : "");
        });
        assertThat(text(client().send(origin, POST).get())).isEqualTo("there");
        assertThat(bodies).containsExactly("POST /page {\"a\":1}", "POST /page/ {\"a\":1}");
    }

    @Test
    void aRedirectThatWouldLoseTheBodyIsTheAnswer() throws Exception {
        Origin origin = serve(exchange -> {
            exchange.getResponseHeaders().set("Location", "/page/");
            answer(exchange, 302, "");
        });
        assertThat(client().send(origin, POST).get().status()).isEqualTo(302);
    }

    @Test
    void aRefusedConnectionFails() throws Exception {
        int port;
        try (RawServer gone = new RawServer(_ -> {})) {
            port = gone.port();
        }
        assertThat(failure(client().send(new Origin(false, "127.0.0.1", port), GET)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(String.valueOf(port));
    }

    @Test
    void aClosedClientFailsAtOnce() throws Exception {
        HttpClient client = client();
        loop.close();
        assertThat(failure(client.send(new Origin(false, "127.0.0.1", 1), GET))).hasMessage("the client is closed");
    }

    @Test
    void onlyCertificatesOfTheAuthorityAndOfTheHostAreBelieved() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .subject("CN=ca")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle right = new CertificateBuilder()
                .subject("CN=server")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        Path caFile = Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        Origin origin = serve(https(right), exchange -> answer(exchange, 200, "secret"));
        assertThat(text(new HttpClient(loop, TlsTrust.of(caFile))
                        .send(origin, GET)
                        .get()))
                .isEqualTo("secret");
        assertThat(failure(client().send(origin, GET)).getCause()).isInstanceOf(SSLException.class);
        assertThat(failure(new HttpClient(loop, TlsTrust.of(caFile))
                                .send(new Origin(true, "localhost", origin.port()), GET))
                        .getCause())
                .isInstanceOf(SSLException.class);
        assertThat(bodies).hasSize(1);
    }

    private static HttpsServer https(X509Bundle certificate) throws Exception {
        KeyStore store = certificate.toKeyStore("secret".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return https;
    }

    @Test
    void anOriginIsReadFromAnAddress() {
        assertThat(Origin.of(URI.create("http://prometheus.monitoring:9090/base")))
                .hasToString("http://prometheus.monitoring:9090");
        assertThat(Origin.of(URI.create("HTTPS://prometheus/"))).isEqualTo(new Origin(true, "prometheus", 443));
        assertThat(Origin.of(URI.create("http://[::1]:9090"))).hasToString("http://[::1]:9090");
        assertThatIllegalArgumentException().isThrownBy(() -> Origin.of(URI.create("prometheus:9090")));
        assertThatIllegalArgumentException().isThrownBy(() -> Origin.of(URI.create("/api")));
    }

    @Test
    void anAuthorityFileMustBeReadable() {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> TlsTrust.of(folder.resolve("none.pem")));
    }
}
