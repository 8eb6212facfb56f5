package dev.sluice.picker.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// An Envoy that goes away with its streams open is an expected end of theirs.
class ClosedConnectionTest {
    private static final int STREAMS = 20;
    private static final String CHAT = "{\"model\":\"plain\",\"messages\":[]}";

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord event) {
            if (event.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                warnings.add(event.getLoggerName() + ": " + event.getMessage() + " " + event.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private PickerFixture fixture;

    /// A TCP connection to the picker that can be cut.
    private static final class Wire implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> ends = new CopyOnWriteArrayList<>();

        Wire(InetSocketAddress to) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    Socket client = server.accept();
                    Socket picker = new Socket(to.getAddress(), to.getPort());
                    ends.add(client);
                    ends.add(picker);
                    copy(client, picker);
                    copy(picker, client);
                } catch (IOException _) {
                    // The test is over.
                }
            });
        }

        private static void copy(Socket from, Socket to) {
            Thread.ofVirtual().start(() -> {
                try {
                    from.getInputStream().transferTo(to.getOutputStream());
                } catch (IOException _) {
                    // It was cut.
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        /// @param reset whether the picker sees a reset instead of an end
        void cut(boolean reset) throws IOException {
            for (Socket end : ends) {
                if (reset) {
                    end.setSoLinger(true, 0);
                }
                end.close();
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            cut(false);
        }
    }

    @BeforeEach
    void start() throws Exception {
        fixture = PickerFixture.serving();
        LogManager.getLogManager().getLogger("").addHandler(handler);
        logged.start();
        logger("").addAppender(logged);
        logger("dev.sluice.picker").setLevel(Level.DEBUG);
    }

    @AfterEach
    void stop() throws InterruptedException {
        LogManager.getLogManager().getLogger("").removeHandler(handler);
        logger("").detachAppender(logged);
        logger("dev.sluice.picker").setLevel(null);
        fixture.close();
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name.isEmpty() ? org.slf4j.Logger.ROOT_LOGGER_NAME : name);
    }

    private void assertQuietWhenCut(boolean reset) throws Exception {
        try (Wire wire = new Wire(fixture.picker().grpcAddress())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", wire.port())
                    .usePlaintext()
                    .build();
            try {
                for (int i = 0; i < STREAMS; i++) {
                    EnvoyStream envoy = new EnvoyStream(channel);
                    envoy.chat("r" + i);
                    if (i % 2 == 1) {
                        envoy.requestBody(CHAT, true).answer();
                    }
                }
                wire.cut(reset);
                fixture.awaitMeter(STREAMS, "sluice_requests_total", "outcome=\"cancelled\"");
            } finally {
                channel.shutdownNow();
            }
        }
        assertNothingIsSaid();
        assertThat(logged.list)
                .filteredOn(event -> event.getFormattedMessage().contains("closed with open streams"))
                .hasSize(1)
                .allSatisfy(event -> assertThat(event.getThrowableProxy()).isNull());
        fixture.awaitMeter(1, "sluice_envoy_connections_cut_total");
        fixture.awaitMeter(0, "sluice_requests_in_flight", "pool=\"ml/llama\"");
    }

    private void assertNothingIsSaid() {
        assertThat(warnings).isEmpty();
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .filteredOn(event -> !event.getLoggerName().contains(".signals."))
                .isEmpty();
    }

    /// The end of one stream lets another go on that has ended, too.
    @Test
    void requestsThatWaitAndAreCutSayNothing() throws Exception {
        try (ServiceFixture waiting = new ServiceFixture();
                Wire wire = new Wire(waiting.address())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", wire.port())
                    .usePlaintext()
                    .build();
            try {
                waiting.saturate(new EnvoyStream(channel));
                for (int i = 0; i < STREAMS; i++) {
                    new EnvoyStream(channel).chat("r" + i).requestBody(CHAT, true);
                }
                waiting.awaitWaiting(STREAMS);
                wire.cut(false);
                waiting.awaitEnds(STREAMS + 1, "cancelled");
                waiting.assertIdle();
            } finally {
                channel.shutdownNow();
            }
        }
        assertNothingIsSaid();
    }

    @Test
    void connectionThatEndsWithOpenStreamsIsOneLine() throws Exception {
        assertQuietWhenCut(false);
    }

    @Test
    void connectionThatIsResetWithOpenStreamsIsOneLine() throws Exception {
        assertQuietWhenCut(true);
    }
}
