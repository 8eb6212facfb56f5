package dev.sluice.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.stack.Fleets;
import dev.sluice.e2e.stack.Gateway;
import dev.sluice.e2e.stack.Loopback;
import dev.sluice.e2e.stack.Manifests;
import dev.sluice.e2e.stack.RawConnection;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.simulator.Fleet;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients get wrong, or write in an unusual way: a clear 4xx or the right server, never a hang or a crash.
class BadInputIT {
    private static final String PATH = "/v1/completions";
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(2);

    private static Fleet fleet;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        Loopback pods = Loopback.of(2);
        fleet = Fleets.start(pods.sockets(), "support-v1");
        gateway = Gateway.start(
                Manifests.all(
                        Manifests.onePool("FailClose", pods),
                        Manifests.model("base", Fleets.MODEL, "pool"),
                        Manifests.model("accents", "modèle-日本", "pool") + "  targets: [{modelName: " + Fleets.MODEL
                                + "}]\n",
                        Manifests.adapter("support", "support", "pool", "support-v1")),
                new Gateway.Options(Duration.ofSeconds(30), BODY_TIMEOUT, Duration.ZERO));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        fleet.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            no JSON                     | hello                                               | error unmarshaling
            cut off                     | {"model":"support","prompt":"hel                    | error unmarshaling
            something after the object  | {"model":"support","prompt":"a"} {}                 | error unmarshaling
            an array                    | ["model"]                                           | error unmarshaling
            no model                    | {"prompt":"a"}                                      | model not found
            a model that is a number    | {"model":7,"prompt":"a"}                            | model
            a model that is null        | {"model":null,"prompt":"a"}                         | model
            two models                  | {"model":"support","prompt":"a","model":"other"}    | model
            two models, one escaped     | {"model":"support","prompt":"a","\\u006dodel":"x"}  | model
            two prompts                 | {"model":"support","prompt":"a","prompt":"b"}       | prompt
            a nested model only         | {"metadata":{"model":"support"},"prompt":"a"}       | model not found
            """)
    void refusesWhatItCannotReadWith400AndSaysWhatIsWrong(String what, String body, String says) {
        HttpResponse<String> response = gateway.http().post(PATH, body);

        assertThat(response.statusCode()).as(what).isEqualTo(400);
        assertThat(response.body())
                .as(what)
                .startsWith("{\"error\":{\"message\":\"")
                .contains("\"code\":\"bad_request\"")
                .contains(says);
    }

    /// Engines accept more shapes than the picker reads, and answer themselves where they do not.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            messages that are a number  | /v1/chat/completions | {"model":"support","messages":7}      | 'messages' must be
            a prompt that is an object  | /v1/completions      | {"model":"support","prompt":{"a":1}}  | 'prompt' must be
            """)
    void leavesShapesThatItDoesNotKnowToTheEngine(String what, String path, String body, String says) {
        HttpResponse<String> response = gateway.http().post(path, body);

        assertThat(response.statusCode()).as(what).isEqualTo(400);
        assertThat(response.body()).as(what).startsWith("{\"error\":").contains(says);
    }

    @Test
    void refusesAnEmptyBody() {
        assertThat(gateway.http().post(PATH, "").statusCode()).isBetween(400, 499);
    }

    @Test
    void refusesInvalidUtf8() {
        byte[] body = "{\"model\":\"support\",\"prompt\":\"aXb\"}".getBytes(StandardCharsets.UTF_8);
        body[indexOf(body, 'X')] = (byte) 0xC3;

        HttpResponse<String> response = gateway.http().post(PATH, body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("UTF-8");
    }

    @Test
    void namesThePublishedModelsWhenAskedForAnother() {
        HttpResponse<String> response = gateway.http().post(PATH, "{\"model\":\"gpt-9\",\"prompt\":\"a\"}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("gpt-9", Fleets.MODEL, "support");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            an escaped key              | {"\\u006dodel":"support","prompt":"a","max_tokens":2}
            an escaped value            | {"model":"supp\\u006frt","prompt":"a","max_tokens":2}
            the model last              | {"prompt":"a","max_tokens":2,"model":"support"}
            another model nested before | {"metadata":{"model":"other"},"model":"support","prompt":"a","max_tokens":2}
            white space everywhere      | { "model" : "support" , "prompt" : "a" , "max_tokens" : 2 }
            """)
    void routesUnusualSpellingsToTheAdapter(String what, String body) {
        HttpResponse<String> response = gateway.http().post(PATH, body);

        assertThat(response.statusCode()).as(what + ": " + response.body()).isEqualTo(200);
        assertThat(response.body()).contains("\"model\":\"support\"");
    }

    @Test
    void findsTheModelAfterALongPrompt() {
        String prompt = "word ".repeat(20_000);
        HttpResponse<String> response =
                gateway.http().post(PATH, "{\"prompt\":\"" + prompt + "\",\"max_tokens\":2,\"model\":\"support\"}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("\"model\":\"support\"");
    }

    @Test
    void chunksMayEndAnywhereInsideCharactersAndNames() throws IOException {
        byte[] body = "{\"model\":\"modèle-日本\",\"prompt\":\"héllo, wörld — 日本語 🙂\",\"max_tokens\":2}"
                .getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= 3; size++) {
            try (RawConnection connection = RawConnection.to(gateway.url())) {
                connection.chunkedPost(PATH);
                for (int from = 0; from < body.length; from += size) {
                    connection.chunk(Arrays.copyOfRange(body, from, Math.min(body.length, from + size)));
                }
                connection.lastChunk();
                assertThat(connection.readUntil("\r\n")).contains("200");
                assertThat(connection.readUntil("\"usage\"")).contains("\"model\":\"modèle-日本\"");
            }
        }
    }

    @Test
    void refusesADeclaredBodyOf200MegabytesBeforeItIsSent() throws IOException {
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.head(
                    "POST " + PATH + " HTTP/1.1",
                    "host: test",
                    "content-type: application/json",
                    "content-length: 209715200");

            RawConnection.Response response = connection.response();

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).contains("\"code\":\"body_too_large\"");
        }
    }

    @Test
    void refusesAChunkedBodyOf200MegabytesOnceItIsTooLong() throws Exception {
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'a');
        int sent = 0;
        try (RawConnection connection = RawConnection.to(gateway.url());
                ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RawConnection.Response> answer = reader.submit(connection::response);
            connection.chunkedPost(PATH).chunk("{\"model\":\"support\",\"prompt\":\"".getBytes(StandardCharsets.UTF_8));
            try {
                while (sent < 200 && !answer.isDone()) {
                    connection.chunk(megabyte);
                    sent++;
                }
            } catch (SocketException closed) {
                // Envoy has answered and reads no further.
            }
            assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(413);
        }
        assertThat(sent).isLessThan(150).isGreaterThanOrEqualTo((int) (PickerConfig.DEFAULT_MAX_BODY_BYTES >> 20));
        await().untilAsserted(() -> assertThat(gateway.inFlight("pool")).isZero());
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodyLeavesNothingBehind() throws Exception {
        RawConnection connection = RawConnection.to(gateway.url());
        connection.chunkedPost(PATH).chunk("{\"model\":\"support\",".getBytes(StandardCharsets.UTF_8));
        connection.abort();

        await().untilAsserted(() ->
                assertThat(gateway.metric("sluice_requests_in_flight")).isZero());
        assertThat(gateway.http()
                        .post(PATH, "{\"model\":\"support\",\"prompt\":\"a\",\"max_tokens\":1}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesABodyThatTricklesWith408AfterTheStatedTime() throws Exception {
        long began = System.nanoTime();
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.chunkedPost(PATH);
            connection.chunk("{\"model\":\"support\",\"prompt\":\"".getBytes(StandardCharsets.UTF_8));
            while (!connection.hasAnswer()
                    && System.nanoTime() - began < Duration.ofSeconds(15).toNanos()) {
                connection.chunk(new byte[] {'a'});
                Thread.sleep(50);
            }
            RawConnection.Response response = connection.response();
            assertThat(response.status()).isEqualTo(408);
            assertThat(response.body()).contains("within 2 s");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(BODY_TIMEOUT, Duration.ofSeconds(10));
    }

    @Test
    void refusesTenThousandHeadersWith431() throws IOException {
        String[] lines = new String[10_003];
        lines[0] = "POST " + PATH + " HTTP/1.1";
        lines[1] = "host: test";
        lines[2] = "content-length: 0";
        for (int i = 3; i < lines.length; i++) {
            lines[i] = "x-" + i + ": 1";
        }
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            try {
                connection.head(lines);
            } catch (SocketException closed) {
                // Envoy need not read them all.
            }
            assertThat(connection.readUntil("\r\n")).contains(" 431 ");
        }
        await().untilAsserted(() -> assertThat(gateway.http()
                        .post(PATH, "{\"model\":\"support\",\"prompt\":\"a\",\"max_tokens\":1}")
                        .statusCode())
                .as("the gateway goes on")
                .isEqualTo(200));
    }

    @Test
    void refusesADeclaredLengthThatIsNoNumber() throws IOException {
        try (RawConnection connection = RawConnection.to(gateway.url())) {
            connection.head("POST " + PATH + " HTTP/1.1", "host: test", "content-length: many");
            assertThat(connection.readUntil("\r\n")).contains(" 400 ");
        }
    }

    private static int indexOf(byte[] bytes, char wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new IllegalArgumentException("no " + wanted);
    }
}
