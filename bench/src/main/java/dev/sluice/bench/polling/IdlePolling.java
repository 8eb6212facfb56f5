package dev.sluice.bench.polling;

import dev.sluice.bench.rig.ChildJvm;
import dev.sluice.bench.rig.ProcessCpu;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures how much processor time a picker without requests takes to know how its endpoints are: picker and
/// endpoints in a process each, time from `/proc`.
@Command(
        name = "idle-polling",
        description = "Measures what polling costs a picker that has nothing else to do.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class IdlePolling implements Callable<Integer> {
    @Option(
            names = "--warm-up",
            description = "Seconds before measuring: until the JVM compiles no more.",
            defaultValue = "40")
    private int warmUp;

    @Option(names = "--measure", description = "Seconds of measuring.", defaultValue = "20")
    private int measure;

    /// @param cores the most that the picker may take
    private record Case(int endpoints, String interval, boolean adaptive, double cores) {}

    private static final List<Case> CASES = List.of(
            new Case(100, "100ms", false, 0.3),
            new Case(100, "100ms", true, 0.05),
            new Case(1_000, "100ms", true, 0.5));

    private record Count(int pageBytes, long pages) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new IdlePolling()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println("""
                | endpoints | interval | adaptive | page | pages per second | cores | µs per page | at most |
                |---|---|---|---|---|---|---|---|""");
        boolean met = true;
        for (Case each : CASES) {
            met &= run(each);
        }
        return met ? 0 : 1;
    }

    private boolean run(Case polled) throws IOException, InterruptedException {
        List<String> flags =
                List.of(System.getProperty("sluice.jvm", "").strip().split("\\s+"));
        try (HttpClient http = HttpClient.newHttpClient();
                ChildJvm engines = ChildJvm.start(FakeEngines.class, flags, List.of());
                ChildJvm picker = ChildJvm.start(
                        IdlePicker.class,
                        flags,
                        List.of(
                                Integer.toString(polled.endpoints()),
                                Integer.toString(engines.address().getPort()),
                                polled.interval(),
                                Boolean.toString(polled.adaptive())))) {
            URI count = URI.create("http://" + engines.address() + FakeEngines.COUNT);
            Thread.sleep(Duration.ofSeconds(warmUp));
            Count before = count(http, count);
            double cpu = ProcessCpu.seconds(picker.pid());
            long began = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(measure));
            double used = ProcessCpu.seconds(picker.pid()) - cpu;
            double seconds = (System.nanoTime() - began) / 1e9;
            long pages = count(http, count).pages() - before.pages();
            System.out.printf(
                    "| %d | %s | %s | %.1f KB | %.0f | %.3f | %.0f | %.2f |%n",
                    polled.endpoints(),
                    polled.interval(),
                    polled.adaptive() ? "on" : "off",
                    before.pageBytes() / 1e3,
                    pages / seconds,
                    used / seconds,
                    used / pages * 1e6,
                    polled.cores());
            return used / seconds < polled.cores();
        }
    }

    private static Count count(HttpClient http, URI from) throws IOException, InterruptedException {
        String[] words = http.send(HttpRequest.newBuilder(from).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .split(" ", 2);
        return new Count(Integer.parseInt(words[0]), Long.parseLong(words[1]));
    }
}
