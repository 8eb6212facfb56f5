package dev.sluice.e2e.picker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.e2e.stack.Client;
import dev.sluice.e2e.stack.ForeignEnvoy;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.PickerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Many clients that send large bodies slowly: the others do not notice, and the picker's memory holds.
class BodyMemoryIT {
    private static final int UPLOADS = 24;
    private static final int BODY_BYTES = 20 << 20;
    private static final Duration UPLOAD_TIME = Duration.ofSeconds(10);
    private static final int STEPS = 100;
    private static final String PATH = "/v1/completions";
    private static final String BEGIN = "{\"model\":\"m\",\"prompt\":\"";
    private static final String END = "\"}";

    /// An answer that another client got.
    private record TimedAnswer(int status, long millis) {}

    @Test
    void slowUploadsOfManyClientsHarmNobodyElse() throws Exception {
        Loopback pods = Loopback.of(1);
        String yaml = Manifests.all(
                Manifests.pool("pool", "FailClose", pods.port()), Manifests.endpoints("pool", pods.hosts()));
        HttpServer pod = pod(pods);
        try (PickerProcess picker = PickerProcess.start(yaml, "pool");
                ForeignEnvoy envoy = ForeignEnvoy.start(
                        new ForeignEnvoy.Picker(picker.grpc(), "FULL_DUPLEX_STREAMED", "FULL_DUPLEX_STREAMED"));
                Client others = envoy.client();
                Client admin = picker.admin();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            await().until(() -> small(others) == 200);
            URI url = envoy.url();
            List<Future<String>> uploads = new ArrayList<>();
            for (int i = 0; i < UPLOADS; i++) {
                uploads.add(clients.submit(upload(url)));
            }
            AtomicBoolean stop = new AtomicBoolean();
            List<TimedAnswer> seen = Collections.synchronizedList(new ArrayList<>());
            Future<?> load = clients.submit(() -> keepSending(others, stop, seen));
            double mostBytes = 0;
            double mostPaused = 0;
            while (!uploads.stream().allMatch(Future::isDone)) {
                Thread.sleep(250);
                String page = admin.get("/metrics").body();
                mostBytes = Math.max(mostBytes, PickerProcess.metric(page, "sluice_body_bytes"));
                mostPaused = Math.max(mostPaused, PickerProcess.metric(page, "sluice_bodies_paused"));
            }
            stop.set(true);
            load.get();
            List<String> answers = new ArrayList<>();
            for (Future<String> upload : uploads) {
                answers.add(upload.get());
            }
            System.out.printf(
                    "uploads %s%nothers %d, slowest %s ms; body bytes at most %.0f, paused at most %.0f, RSS %d MB%n",
                    answers,
                    seen.size(),
                    seen.stream().mapToLong(TimedAnswer::millis).max().orElse(0),
                    mostBytes,
                    mostPaused,
                    picker.residentBytes() >> 20);

            assertThat(picker.log()).doesNotContain("OutOfMemoryError");
            assertThat(seen).hasSizeGreaterThan(100).allMatch(each -> each.status() == 200);
            long[] waits = seen.stream().mapToLong(TimedAnswer::millis).sorted().toArray();
            assertThat(waits[waits.length / 2]).as("median, ms").isLessThan(200);
            assertThat(seen).allMatch(each -> each.millis() < 3_000);
            assertThat(answers).allMatch(answer -> answer.matches("200|413|503 .*memory_full.*"));
            assertThat(answers).as("some are served").contains("200");
            assertThat(mostPaused).isPositive();
            String page = admin.get("/metrics").body();
            assertThat(mostBytes).isLessThanOrEqualTo(PickerProcess.metric(page, "sluice_body_budget_bytes"));
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertIdle(admin.get("/metrics").body()));
        } finally {
            pod.stop(0);
        }
    }

    private static void assertIdle(String page) {
        for (String counter : List.of(
                "sluice_body_bytes", "sluice_bodies_paused", "sluice_requests_in_flight", "sluice_queue_requests")) {
            assertThat(PickerProcess.metric(page, counter)).as(counter).isZero();
        }
    }

    /// A server that drops what it reads.
    private static HttpServer pod(Loopback pods) throws IOException {
        HttpServer server = HttpServer.create(pods.socket(0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange;
                    InputStream body = exchange.getRequestBody()) {
                body.transferTo(OutputStream.nullOutputStream());
                exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals(PATH) ? 200 : 404, -1);
            }
        });
        server.start();
        return server;
    }

    private static int small(Client client) {
        return client.post(PATH, BEGIN + "hello" + END).statusCode();
    }

    private static void keepSending(Client client, AtomicBoolean stop, List<TimedAnswer> seen) {
        while (!stop.get()) {
            long began = System.nanoTime();
            int status = small(client);
            seen.add(new TimedAnswer(status, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
        }
    }

    /// One body in equal parts; the answer is its status, with the body of an error.
    private static Callable<String> upload(URI url) {
        return () -> {
            try (Socket socket = new Socket(url.getHost(), url.getPort())) {
                socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream();
                out.write("POST %s HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
                        .formatted(PATH, BODY_BYTES)
                        .getBytes(US_ASCII));
                byte[] part = "x".repeat(BODY_BYTES / STEPS).getBytes(US_ASCII);
                long sent = 0;
                out.write(BEGIN.getBytes(US_ASCII));
                sent += BEGIN.length();
                while (sent < BODY_BYTES - END.length() && in.available() == 0) {
                    int bytes = (int) Math.min(part.length, BODY_BYTES - END.length() - sent);
                    out.write(part, 0, bytes);
                    sent += bytes;
                    Thread.sleep(UPLOAD_TIME.dividedBy(STEPS));
                }
                if (in.available() == 0) {
                    out.write(END.getBytes(US_ASCII));
                }
                return answer(in);
            }
        };
    }

    private static String answer(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[4_096];
        String status = "";
        while (!status.startsWith("200") && !read.toString(US_ASCII).contains("\"code\"")) {
            int bytes = in.read(buffer);
            if (bytes < 0) {
                break;
            }
            read.write(buffer, 0, bytes);
            status = read.toString(US_ASCII).replaceFirst("HTTP/1.1 ", "").replaceAll("\\s+", " ");
        }
        return status.startsWith("200") ? "200" : status;
    }
}
