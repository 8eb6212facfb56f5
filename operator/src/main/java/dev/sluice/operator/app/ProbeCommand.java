package dev.sluice.operator.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The probe of `helm test`: the image has no shell and no curl.
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Asks a URL until it answers 200: exits with 0 then, with 1 when it never does.")
final class ProbeCommand implements Callable<Integer> {
    private static final int OK = 200;
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    @Parameters(paramLabel = "URL", description = "What is asked, such as http://sluice-operator:8080/readyz.")
    private URI url = URI.create("");

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description = "How often it is asked, a second apart.",
            defaultValue = "30")
    private int attempts;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        String answer = "was not asked";
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(ATTEMPT).build()) {
            for (int i = 0; i < attempts; i++) {
                answer = ask(client);
                if (answer.isEmpty()) {
                    line.getOut().println(url + " answers 200");
                    return 0;
                }
                TimeUnit.SECONDS.sleep(i + 1 < attempts ? 1 : 0);
            }
        }
        line.getErr().println(url + " " + answer + "; expected status 200 within " + attempts + " attempts");
        return 1;
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
