package dev.sluice.bench.soak;

import com.google.common.base.Splitter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// The options of the command line.
final class SoakOptions {
    private static final Pattern DURATION = Pattern.compile("(?<number>\\d+)(?<unit>[smh])");

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60m",
            description = "How long load is sent, such as 90s, 60m or 2h (${DEFAULT-VALUE}).")
    private Duration duration = Duration.ZERO;

    @Option(
            names = "--cpu",
            paramLabel = "CORES",
            defaultValue = "0.7",
            description = "What the picker is to use of a core; the rate of requests follows it (${DEFAULT-VALUE}).")
    private double cpu;

    @Option(
            names = "--max-rate",
            paramLabel = "RATE",
            defaultValue = "1000",
            description = "Requests per second beside bursts and large bodies, at most; the rate also falls while most"
                    + " small requests take more than 200 ms (${DEFAULT-VALUE}).")
    private double maxRate;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "1",
            description = "Decides the requests, their cancellations and the bursts (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--servers",
            paramLabel = "N",
            defaultValue = "6",
            description = "Simulated model servers of the pool, at most 8 (${DEFAULT-VALUE}).")
    private int servers;

    /// Reads `90s`, `60m` or `2h`.
    static Duration duration(String text) {
        Matcher match = DURATION.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("not a number with s, m or h: " + text);
        }
        return Duration.parse("PT" + match.group("number") + match.group("unit").toUpperCase(Locale.ROOT));
    }

    Duration duration() {
        return duration;
    }

    double cpu() {
        return cpu;
    }

    double maxRate() {
        return maxRate;
    }

    long seed() {
        return seed;
    }

    int servers() {
        return servers;
    }

    /// The flags of production, which the script reads from the root pom, with the limit of the heap.
    List<String> jvmFlags() {
        return Splitter.on(' ')
                .omitEmptyStrings()
                .splitToList(System.getProperty("sluice.jvm", "") + " " + System.getProperty("sluice.heap", ""));
    }
}
