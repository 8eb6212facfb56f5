package dev.sluice.simulator.app;

import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/// The options of every command that runs the simulator.
public final class SimulatorOptions {
    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8000",
            description = "Port of the first server; each other takes the next (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--servers", defaultValue = "1", description = "How many servers (${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--profile",
            defaultValue = "h100-8b",
            description = "Accelerator and model size, such as h100-8b, l40s-8b, h200-70b-tp4 (${DEFAULT-VALUE}).")
    private String profile;

    @Option(
            names = "--model",
            defaultValue = "meta-llama/Llama-3.1-8B-Instruct",
            description = "Name of the served model (${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--adapter", description = "A LoRA adapter that each server knows; may be repeated.")
    private List<String> adapters = List.of();

    @Option(
            names = "--stream-interval",
            defaultValue = "1",
            description = "Tokens per streamed event (${DEFAULT-VALUE}).")
    private int streamInterval;

    @Option(
            names = "--drain",
            defaultValue = "20s",
            converter = DurationText.class,
            description = "How long answers may take to end after SIGTERM, such as 500ms (${DEFAULT-VALUE}).")
    private Duration drain;

    /// A time such as `20s` or `500ms`.
    private static final class DurationText implements CommandLine.ITypeConverter<Duration> {
        private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(ms|s|m)");

        @Override
        public Duration convert(String text) {
            Matcher parts = TEXT.matcher(text);
            if (!parts.matches()) {
                throw new CommandLine.TypeConversionException("'" + text + "' is no time such as 20s, 500ms or 2m");
            }
            long number = Long.parseLong(parts.group(1));
            return switch (parts.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }

    /// The servers that the options describe.
    public List<ServerConfig> servers() {
        EngineConfig engine = EngineConfig.of(Profile.named(profile));
        return IntStream.range(0, count)
                .mapToObj(index -> ServerConfig.of(
                                "simulator-" + index, new InetSocketAddress(host, port + index), model, engine)
                        .withAdapters(adapters)
                        .withStreamInterval(streamInterval))
                .toList();
    }

    /// The time that answers may take to end once the process is told to end.
    public Duration drain() {
        return drain;
    }

    /// Tokens per streamed event.
    public int streamInterval() {
        return streamInterval;
    }
}
