package dev.sluice.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ProbeCommandTest {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int readyAfter;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/readyz", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(asked.incrementAndGet() > readyAfter ? 200 : 503, -1);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int probe(String attempts) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/readyz";
        return new CommandLine(new ProbeCommand()).execute(url, "--attempts=" + attempts);
    }

    @Test
    void waitsUntilTheUrlAnswers() {
        readyAfter = 2;
        assertThat(probe("20")).isZero();
        assertThat(asked).hasValue(3);
    }

    @Test
    void aUrlThatNeverDoesFails() {
        readyAfter = Integer.MAX_VALUE;
        assertThat(probe("1")).isEqualTo(1);
        server.stop(0);
        assertThat(probe("1")).isEqualTo(1);
    }

    @Test
    void isACommandOfTheOperator() {
        assertThat(Main.parse("--xds-port=1").serving().xds().getPort()).isEqualTo(1);
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/readyz";
        assertThat(Main.command(new Main()).execute("probe", url)).isZero();
    }
}
