package dev.sluice.operator.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The probe of `helm test`: the image has no shell and no curl.
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Asks a URL until it answers 200: exits with 0 then, with 1 when the time is over.")
final class ProbeCommand implements Callable<Integer> {
    private static final int OK = 200;
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Parameters(paramLabel = "URL", description = "What is asked, such as http://sluice-operator:8080/readyz.")
    private URI url = URI.create("");

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "How long it is asked.", defaultValue = "30")
    private int timeout;

    @Override
    public Integer call() throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(ATTEMPT).build()) {
            while (true) {
                String answer = ask(client);
                if (answer.isEmpty()) {
                    System.out.println(url + " answers 200");
                    return 0;
                }
                if (System.nanoTime() - end >= 0) {
                    System.err.println(url + " " + answer + "; expected status 200 within " + timeout + " s");
                    return 1;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    /// @return what was wrong; empty for nothing
    private String ask(HttpClient client) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(url).timeout(ATTEMPT).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == OK
                    ? ""
                    : "answers " + answer.statusCode() + " " + answer.body().strip();
        } catch (IOException unreachable) {
            return "cannot be reached: " + unreachable;
        }
    }
}
