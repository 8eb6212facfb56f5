package dev.sluice.bench.sidebyside;

import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The command line.
final class SideBySideOptions {
    private static final double FIRST_WARM_UP_FACTOR = 15;

    /// Ends within a minute and a half.
    private static final Schedule SHORT = new Schedule(3, 12, 1, 2);

    @Option(
            names = "--picker",
            paramLabel = "NAME=HOST:PORT,PID[,tls]",
            description = "A running ext_proc picker and the process whose CPU time is its own; may be repeated.")
    private List<PickerContender> pickers = List.of();

    @Option(
            names = "--work",
            split = ",",
            paramLabel = "WORK",
            defaultValue = "small,long,sse",
            description = "Of small, long, sse, sse-headers, huge (${DEFAULT-VALUE}).")
    private List<Work> works;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Turns of each picker at each work (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "6", description = "What is measured of a turn (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "What comes before, fifteen times as long in the first round (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--backends",
            split = ",",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.11:0,127.0.0.12:0,127.0.0.13:0,127.0.0.14:0",
            description = "Where the four backends listen, for pickers that must be told; port 0 is a free one.")
    private List<HostAndPort> backends;

    @Option(
            names = "--events-per-write",
            paramLabel = "N",
            defaultValue = "8",
            description = "Server-sent events that a backend writes at a time; few cost the load generator more"
                    + " than the pickers (${DEFAULT-VALUE}).")
    private int eventsPerWrite;

    @Option(names = "--no-sluice", description = "Do not start Sluice's own picker.")
    private boolean noSluice;

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            defaultValue = "llm-d",
            description = "The picker that ratios are also taken against (${DEFAULT-VALUE}).")
    private String reference;

    @Option(
            names = "--no-paced",
            description = "Leave out the second phase of small, long and sse-headers, in which all get half of the"
                    + " reference's peak rate in an open loop.")
    private boolean noPaced;

    @Option(
            names = "--check",
            description =
                    "Measure only Sluice and the no-op, in short rounds; exit with 1 when Sluice costs more of the"
                            + " no-op's CPU time than short rounds on a shared machine explain, in its best round: 2.8 times"
                            + " for small, 4 for long, 2.4 for sse. The targets it prints are tighter.")
    private boolean check;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every turn's figures there.")
    private @Nullable Path json;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the tables there too.")
    private @Nullable Path markdown;

    boolean isCheck() {
        return check;
    }

    boolean hasPacedPhase() {
        return !noPaced && !check;
    }

    List<PickerContender> pickers() {
        return pickers;
    }

    List<Work> works() {
        return works;
    }

    Schedule schedule() {
        return check ? SHORT : new Schedule(rounds, warmUp * FIRST_WARM_UP_FACTOR, warmUp, seconds);
    }

    List<HostAndPort> backends() {
        return backends;
    }

    int eventsPerWrite() {
        return eventsPerWrite;
    }

    boolean startsSluice() {
        return !noSluice && pickers.stream().noneMatch(each -> each.name().equals(PickerContender.SLUICE));
    }

    String reference() {
        return reference;
    }

    @Nullable
    Path json() {
        return json;
    }

    @Nullable
    Path markdown() {
        return markdown;
    }

    /// The options that the script read from the root pom: the flags of production.
    List<String> jvmFlags() {
        return Splitter.on(' ').omitEmptyStrings().splitToList(System.getProperty("sluice.jvm", ""));
    }
}
