package dev.sluice.bench.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rates that Sluice's picker has learnt by the end of a turn.
///
/// @param rates its page `/rates`
/// @param predictionErrors its meters of that name, by their labels
record Learnt(JsonNode rates, Map<String, Double> predictionErrors) {
    private static final String METER = "sluice_prediction_error{";
    private static final JsonMapper JSON = new JsonMapper();

    /// Null where there is no such picker.
    static @Nullable Learnt of(Servers http, @Nullable URI admin) throws IOException, InterruptedException {
        if (admin == null) {
            return null;
        }
        return new Learnt(
                JSON.readTree(http.get(admin.resolve("/rates")).body()),
                errors(http.get(admin.resolve("/metrics")).body()));
    }

    static Map<String, Double> errors(String page) {
        Map<String, Double> errors = new TreeMap<>();
        page.lines().filter(line -> line.startsWith(METER)).forEach(line -> {
            int end = line.lastIndexOf('}');
            errors.put(
                    line.substring(METER.length(), end),
                    Double.valueOf(line.substring(end + 1).strip()));
        });
        return errors;
    }
}
