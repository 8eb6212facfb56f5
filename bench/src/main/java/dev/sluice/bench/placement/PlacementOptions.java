package dev.sluice.bench.placement;

import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import dev.sluice.bench.placement.load.RequestWriter;
import dev.sluice.bench.placement.load.Wording;
import dev.sluice.bench.rig.NamedPicker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The part of the command line that says who is judged, and how.
final class PlacementOptions {
    @Option(
            names = "--servers",
            required = true,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "The model servers: IP addresses, each with the same ports.")
    private List<HostAndPort> servers = List.of();

    @Option(names = "--model", required = true, description = "The model that requests ask for.")
    private String model = "";

    @Option(
            names = "--policy",
            split = ",",
            paramLabel = "POLICY",
            defaultValue = "cost,least-request,round-robin,envoy-round-robin",
            description =
                    "Sluice's picker with a policy: cost, weighted, least-request, round-robin, random; a new picker"
                            + " for each turn, or with -warm behind the name one for all. envoy-round-robin is Envoy without"
                            + " any picker (${DEFAULT-VALUE}).")
    private List<String> policies = List.of();

    @Option(
            names = "--picker",
            paramLabel = "NAME=HOST:PORT,PID[,tls]",
            description = "A running ext_proc picker and its process; may be repeated.")
    private List<NamedPicker> pickers = List.of();

    @Option(
            names = "--proxy",
            paramLabel = "NAME=HOST:PORT",
            description = "A running proxy that chooses servers by itself, without Envoy; may be repeated.")
    private List<Contender.Proxy> proxies = List.of();

    @Option(
            names = "--restart",
            paramLabel = "NAME=COMMAND",
            description =
                    "A shell command before each turn of that picker or proxy, which makes it forget; a number in its"
                            + " last line of output is the new process. May be repeated.")
    private Map<String, String> restarts = Map.of();

    @Option(
            names = "--reset",
            paramLabel = "COMMAND",
            description = "A shell command before each turn that makes the servers' caches cold. Without it each turn's"
                    + " prompts begin with words of their own, so that nothing in a cache matches them.")
    private @Nullable String reset;

    @Option(names = "--rounds", defaultValue = "5", description = "Turns of each contender (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "100",
            description = "Requests through Envoy's round robin before the first round, which count nowhere"
                    + " (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--rehearsals",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Exchanges that each of Sluice's JVMs answers with a stand-in picker before the real one starts:"
                            + " its code is compiled, and nothing is learnt. Without them it is the JVM that"
                            + " bin/sluice starts, with its AOT cache (${DEFAULT-VALUE}).")
    private int rehearsals;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "From the start of a turn's processes to its first request (${DEFAULT-VALUE}).")
    private double settle;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long a turn's last request is waited for (${DEFAULT-VALUE}).")
    private double patience;

    @Option(names = "--completions", description = "Send to /v1/completions in place of /v1/chat/completions.")
    private boolean completions;

    @Option(names = "--usage", description = "Ask for the usage at a stream's end (stream_options.include_usage).")
    private boolean usage;

    @Option(names = "--no-stream", description = "Ask for whole answers; the first token is then the last.")
    private boolean noStream;

    @Option(
            names = "--bytes-per-token",
            paramLabel = "BYTES",
            defaultValue = "4",
            description = "The mean length of a word with its space, from 3 to 7; each word is a token of the plan"
                    + " (${DEFAULT-VALUE}).")
    private double bytesPerToken;

    @Option(
            names = "--max-lateness",
            paramLabel = "MS",
            defaultValue = "50",
            description = "The run is void where the client sent later than this, at the 99th percentile of a turn"
                    + " (${DEFAULT-VALUE}).")
    private double maxLateness;

    @Option(
            names = "--check",
            paramLabel = "RATIO",
            description =
                    "Exit with 1 where a Cost contender's median is more than so many times the best other one's, in"
                            + " mean or p90 time to first token or mean duration.")
    private @Nullable Double check;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every turn's figures there.")
    private @Nullable Path json;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Write the tables there too.")
    private @Nullable Path markdown;

    List<HostAndPort> servers() {
        for (HostAndPort server : servers) {
            if (!server.hasPort() || !InetAddresses.isInetAddress(server.getHost())) {
                throw new IllegalArgumentException(
                        "--servers %s: not an IP address and a port, such as 127.0.0.1:8000".formatted(server));
            }
        }
        return servers;
    }

    /// In the order of the command line: policies, pickers, proxies.
    List<Contender> contenders() {
        List<Contender> all = new ArrayList<>();
        policies.forEach(name -> all.add(Contender.ofPolicy(name)));
        pickers.forEach(picker -> all.add(new Contender.Foreign(picker)));
        all.addAll(proxies);
        List<String> names = all.stream().map(Contender::name).toList();
        if (names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException("contenders need different names: " + names);
        }
        restarts.keySet().forEach(name -> {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "--restart %s: no contender has that name; there are %s".formatted(name, names));
            }
        });
        return all;
    }

    Map<String, String> restarts() {
        return restarts;
    }

    Rounds.RoundSettings pace() {
        return new Rounds.RoundSettings(rounds, warmUp, reset, seconds(settle), seconds(patience));
    }

    RequestWriter writer() {
        RequestWriter.Api api = completions ? RequestWriter.Api.COMPLETIONS : RequestWriter.Api.CHAT;
        RequestWriter.Streaming events =
                usage ? RequestWriter.Streaming.EVENTS_AND_USAGE : RequestWriter.Streaming.EVENTS;
        return new RequestWriter(
                model, api, noStream ? RequestWriter.Streaming.NONE : events, new Wording(bytesPerToken));
    }

    double maxLateness() {
        return maxLateness;
    }

    @Nullable
    Double check() {
        return check;
    }

    @Nullable
    Path json() {
        return json;
    }

    @Nullable
    Path markdown() {
        return markdown;
    }

    /// The flags are those of production, which the script read from the root pom.
    Stage.SluiceJvm jvm() {
        List<String> flags = Splitter.on(' ').omitEmptyStrings().splitToList(System.getProperty("sluice.jvm", ""));
        return new Stage.SluiceJvm(flags, rehearsals);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }
}
