package dev.sluice.e2e.conformance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;

/// What a server of the echo image says of a request and of itself.
///
/// @param pod the server's own name
@JsonIgnoreProperties(ignoreUnknown = true)
record Echo(String pod, String namespace, String path, String proto) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Echo of(HttpResponse<String> response) {
        try {
            return JSON.readValue(response.body(), Echo.class);
        } catch (JsonProcessingException notAnEcho) {
            throw new AssertionError(response.statusCode() + " " + response.body(), notAnEcho);
        }
    }
}
