package dev.sluice.picker.signals.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// Asks Prometheus servers, in PromQL, over HTTP.
///
/// The time that comes with the answer to an instant query is that of the query, not that of the sample. A
/// range selector yields the samples with their own times, so a query that is a selector and nothing else is
/// asked for as one. In any other expression the samples' times are lost; there the server is told how old a
/// sample may be, which older servers do not heed.
public final class PrometheusClient implements AutoCloseable {
    private static final long MAX_ANSWER_BYTES = 64L << 20;

    /// A name, matchers in braces, or both. Braces within quotes are told apart from the closing one.
    private static final Pattern SELECTOR =
            Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*\\s*(\\{([^{}\"']|\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*')*})?"
                    + "|\\{([^{}\"']|\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*')*}");

    private final HttpClient http;
    private final PrometheusAccess access;

    public PrometheusClient(PrometheusAccess access, Duration connectTimeout)
            throws IOException, GeneralSecurityException {
        this.access = access;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectTimeout);
        access.trust().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /// @param staleness how old a sample may be
    CompletableFuture<List<PrometheusSample>> query(URI server, String promQl, Duration staleness, Duration timeout) {
        String millis = staleness.toMillis() + "ms";
        String asked = isSelector(promQl) ? promQl.strip() + "[" + millis + "]" : promQl;
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.toString().replaceAll("/+$", "") + "/api/v1/query"))
                .timeout(timeout)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("query=" + encoded(asked) + "&lookback_delta=" + millis));
        try {
            access.token(server).ifPresent(token -> request.header("Authorization", "Bearer " + token));
        } catch (IOException unreadable) {
            return CompletableFuture.failedFuture(unreadable);
        }
        return http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES))
                .thenApply(PrometheusClient::samples);
    }

    static boolean isSelector(String promQl) {
        return SELECTOR.matcher(promQl.strip()).matches();
    }

    /// A refusal has a body in JSON, too, with the reason.
    private static List<PrometheusSample> samples(HttpResponse<byte[]> response) {
        try {
            return PrometheusSample.read(response.body());
        } catch (IOException bad) {
            throw new UncheckedIOException("status " + response.statusCode(), bad);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
