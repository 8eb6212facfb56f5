package dev.sluice.picker.signals.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.picker.signals.exposition.SampleText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The newest sample of a series in the answer to a query.
///
/// @param labels the series' labels, with its name as `__name__` where it has a name
/// @param epochMillis time of the measurement, by the server's clock
record PrometheusSample(Map<String, String> labels, double value, long epochMillis) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MILLIS_PER_SECOND = 1e3;

    /// Reads the answer to an instant query: an instant vector, or the range vector of a range selector, whose
    /// samples have their own times.
    static List<PrometheusSample> read(byte[] body) throws IOException {
        JsonNode answer = JSON.readTree(body);
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException("the query failed: " + answer.path("error").asText("no reason given"));
        }
        JsonNode data = answer.path("data");
        String values = switch (data.path("resultType").asText()) {
            case "vector" -> "value";
            case "matrix" -> "values";
            default ->
                throw new IOException("the query yields no vector but a "
                        + data.path("resultType").asText("nothing"));
        };
        List<PrometheusSample> samples = new ArrayList<>();
        for (JsonNode series : data.path("result")) {
            JsonNode value = series.path(values);
            JsonNode newest = values.equals("value") ? value : value.path(value.size() - 1);
            double number = SampleText.number(newest.path(1).asText("NaN"));
            if (!Double.isNaN(number)) {
                Map<String, String> labels = new HashMap<>();
                series.path("metric")
                        .properties()
                        .forEach(label ->
                                labels.put(label.getKey(), label.getValue().asText()));
                samples.add(new PrometheusSample(
                        labels, number, Math.round(newest.path(0).asDouble() * MILLIS_PER_SECOND)));
            }
        }
        return samples;
    }

    String label(String name) {
        return labels.getOrDefault(name, "");
    }
}
