package dev.sluice.operator.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.operator.telemetry.Meters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks pickers for what they know.
final class PickerClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PickerClient.class);
    private static final JsonMapper JSON = new JsonMapper();

    private static final int PORT = 9090;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final Meters meters;

    PickerClient(Meters meters) {
        this.meters = meters;
    }

    /// The answer of each of these addresses, all asked at once; one that does not answer is left out.
    Map<String, PickerStatus> ask(List<String> addresses) {
        Map<String, CompletableFuture<Optional<PickerStatus>>> asked = new LinkedHashMap<>();
        addresses.forEach(address -> asked.put(address, ask(address)));
        Map<String, PickerStatus> answers = new LinkedHashMap<>();
        asked.forEach((address, answer) -> answer.join().ifPresent(status -> answers.put(address, status)));
        return answers;
    }

    private CompletableFuture<Optional<PickerStatus>> ask(String address) {
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + PORT + "/status"))
                .timeout(PATIENCE)
                .build();
        return http.sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> Optional.of(parse(response)))
                .exceptionally(failure -> {
                    LOG.atInfo()
                            .addKeyValue("picker", address)
                            .addKeyValue("failure", failure.toString())
                            .log("A picker does not answer /status; its numbers are missing from statuses");
                    return Optional.empty();
                })
                .whenComplete((answer, _) -> meters.reading(answer.isPresent()));
    }

    private static PickerStatus parse(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException("it answers " + response.statusCode());
        }
        try {
            return JSON.readValue(response.body(), PickerStatus.class);
        } catch (JsonProcessingException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
