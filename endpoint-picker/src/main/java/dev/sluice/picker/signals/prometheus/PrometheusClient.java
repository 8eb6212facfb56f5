package dev.sluice.picker.signals.prometheus;

import dev.sluice.picker.http.EventLoopThread;
import dev.sluice.picker.http.HttpAnswer;
import dev.sluice.picker.http.HttpClient;
import dev.sluice.picker.http.Origin;
import dev.sluice.picker.http.OutgoingRequest;
import dev.sluice.picker.http.OutgoingRequest.AnswerLimits;
import dev.sluice.picker.http.TlsTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/// A client of Prometheus servers: PromQL over HTTP.
///
/// The answer to an instant query has the query's time instead of the samples' times. A range selector gives
/// the samples' own times, so a query that is a plain selector is sent as a range selector: `up` becomes
/// `up[30000ms]`. Any other expression loses the samples' times. There `lookback_delta` bounds their age, which
/// older servers ignore.
public final class PrometheusClient {
    private static final long MOST_ANSWER_BYTES = 64L << 20;

    /// A name, matchers in braces, or both. Braces within quotes do not close the matchers.
    private static final Pattern SELECTOR =
            Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*\\s*(\\{([^{}\"']|\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*')*})?"
                    + "|\\{([^{}\"']|\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*')*}");

    /// Threads that read answers: an answer of megabytes would hold up the event loop.
    private static final Executor PARSING = Thread::startVirtualThread;

    private final HttpClient http;
    private final PrometheusAccess access;

    public PrometheusClient(EventLoopThread loop, PrometheusAccess access)
            throws IOException, GeneralSecurityException {
        this.access = access;
        this.http = new HttpClient(loop, TlsTrust.of(access.caFile()));
    }

    /// Evaluates an expression now.
    ///
    /// @param staleness greatest age of a sample
    CompletableFuture<List<PrometheusSample>> query(URI server, String promQl, Duration staleness, Duration timeout) {
        String millis = staleness.toMillis() + "ms";
        String asked = isSelector(promQl) ? promQl.strip() + "[" + millis + "]" : promQl;
        String form = "query=" + encoded(asked) + "&lookback_delta=" + millis;
        try {
            OutgoingRequest request = OutgoingRequest.post(
                    Objects.requireNonNullElse(server.getRawPath(), "").replaceAll("/+$", "") + "/api/v1/query",
                    "application/x-www-form-urlencoded",
                    form.getBytes(StandardCharsets.US_ASCII),
                    new AnswerLimits(timeout, MOST_ANSWER_BYTES));
            String token = access.token(server).orElse(null);
            return http.send(
                            Origin.of(server),
                            token == null ? request : request.withHeader("authorization", "Bearer " + token))
                    .thenApplyAsync(PrometheusClient::samples, PARSING);
        } catch (IOException | IllegalArgumentException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
    }

    static boolean isSelector(String promQl) {
        return SELECTOR.matcher(promQl.strip()).matches();
    }

    /// The samples of an answer. The body of a refusal is JSON too, and has the reason.
    private static List<PrometheusSample> samples(HttpAnswer answer) {
        try {
            return PrometheusSample.read(answer.body());
        } catch (IOException bad) {
            throw new UncheckedIOException(
                    "Prometheus answers with status " + answer.status() + ": " + bad.getMessage(), bad);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
