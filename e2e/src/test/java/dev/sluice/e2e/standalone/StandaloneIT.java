package dev.sluice.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.simulator.serving.Fault;
import dev.sluice.standalone.gateway.LocalGateway;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// A folder that changes under load: no request fails, and no broken file takes effect.
class StandaloneIT {
    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(3);

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void aBrokenFileIsReportedWithItsNameAndLineAndTheLastGoodStateServes() throws Exception {
        Path models = STACK.folder().resolve("models.yaml");
        String good = Files.readString(models);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(LocalGateway.class.getPackageName());
        logger.addAppender(log);
        try {
            Files.writeString(models, good.replaceFirst("modelName:", "modelNam:"));

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(messages(log))
                            .anySatisfy(message -> assertThat(message)
                                    .matches("models.yaml:\\d+: .*modelNam.*")
                                    .contains("last good state")));
            assertThat(send(0).statusCode()).isEqualTo(200);
        } finally {
            logger.detachAppender(log);
            Files.writeString(models, good);
        }
    }

    @Test
    void anEndpointThatIsRemovedGetsNoMoreTrafficAndOneThatIsAddedDoesWithoutAFailedRequest() throws Exception {
        Path file = STACK.folder().resolve("endpoints.yaml");
        String all = Files.readString(file);
        String withoutLast =
                all.lines().filter(line -> !line.contains("llama-2")).collect(Collectors.joining("\n", "", "\n"));
        List<String> failures = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread load = Thread.startVirtualThread(() -> keepSending(stop, failures));
        try {
            awaitTraffic(2);

            Files.writeString(file, withoutLast);
            await().atMost(SOON).until(() -> !pools().contains("llama-2"));
            // What was placed before the change may still be on its way.
            Thread.sleep(300);
            long then = STACK.requestsPerServer().get(2);
            long others =
                    STACK.requestsPerServer().get(0) + STACK.requestsPerServer().get(1);
            await().atMost(SOON)
                    .until(() -> STACK.requestsPerServer().get(0)
                                    + STACK.requestsPerServer().get(1)
                            > others + 30);
            assertThat(STACK.requestsPerServer().get(2)).isEqualTo(then);

            Files.writeString(file, all);
            awaitTraffic(2);
        } finally {
            stop.set(true);
            load.join();
            Files.writeString(file, all);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aServerThatDiesCostsNoRequestAndServesAgainOnceItIsBack() throws Exception {
        STACK.server(1).fault(new Fault.Die());
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(send(5_000 + i).statusCode()).as("request " + i).isEqualTo(200);
            }
        } finally {
            STACK.server(1).revive();
        }
        long before = STACK.requestsPerServer().get(1);
        AtomicInteger next = new AtomicInteger(10_000);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            send(next.incrementAndGet());
            return STACK.requestsPerServer().get(1) > before;
        });
    }

    @Test
    void everyRequestIsExplainedUnderTheIdInItsResponse() throws Exception {
        HttpResponse<String> response = send(1);
        String id = response.headers().firstValue("x-request-id").orElseThrow();

        HttpResponse<String> explanation = STACK.get(STACK.pickerAdmin().resolve("/explain/" + id));

        assertThat(explanation.statusCode()).isEqualTo(200);
        assertThat(explanation.body())
                .contains("\"requestId\" : \"" + id + "\"", "\"candidates\"", "\"prefill\"", "\"queue\"")
                .contains(response.headers().firstValue("x-inference-pod").orElseThrow());
    }

    private static void awaitTraffic(int server) {
        long before = STACK.requestsPerServer().get(server);
        await().atMost(SOON).until(() -> STACK.requestsPerServer().get(server) > before + 2);
    }

    private static void keepSending(AtomicBoolean stop, List<String> failures) {
        for (int i = 0; !stop.get(); i++) {
            try {
                HttpResponse<String> response = send(i);
                if (response.statusCode() != 200) {
                    failures.add(response.statusCode() + " " + response.body());
                }
            } catch (Exception failed) {
                failures.add(failed.toString());
            }
        }
    }

    /// A short prompt of its own for each number, so that the servers share the load.
    private static HttpResponse<String> send(int number) throws Exception {
        return STACK.post("/v1/completions", """
                {"model": "%s", "prompt": "%d is the number of this prompt, which is long enough for a block of its own",
                 "max_tokens": 2}
                """.formatted(GatewayStack.MODEL, number * 7919));
    }

    private static String pools() throws Exception {
        return STACK.get(STACK.pickerAdmin().resolve("/pools")).body();
    }

    private static List<String> messages(ListAppender<ILoggingEvent> log) {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
