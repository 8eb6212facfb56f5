package dev.sluice.standalone.app;

import dev.sluice.standalone.demo.Comparison;
import dev.sluice.standalone.demo.Demo;
import dev.sluice.standalone.envoy.Checkout;
import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.gateway.LocalGateway;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sluice demo`: the gateway against a Kubernetes Service, on simulated GPUs, in two and a half minutes.
@Command(
        name = "demo",
        description = {
            "Compare Sluice with a Kubernetes Service on four simulated GPUs.",
            "The same chat load is sent to both, one after the other; a table tells how they did.",
            "The exit status is not 0 when a request failed."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int GATEWAY_PORT = 8080;
    private static final Duration WARM_UP = Duration.ofSeconds(6);

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the figures to FILE, as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--keep",
            description =
                    "Keep Envoy, the picker and the servers running after the comparison, and print curl lines to try.")
    private boolean keep;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the load (${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "The seconds for which each side is loaded (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "The port on which Envoy listens (${DEFAULT-VALUE}).")
    private int port;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Checkout.root().resolve("config/samples/demo");
        LocalGateway.GatewayOptions gateway =
                new LocalGateway.GatewayOptions(folder, EnvoyBinary.locate(), Map.of(GATEWAY_PORT, port), 1);
        Demo.DemoOptions options = new Demo.DemoOptions(gateway, seed, Duration.ofSeconds(seconds), WARM_UP);
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        try (Demo demo = Demo.start(options, spec.commandLine().getErr(), terminal)) {
            Comparison comparison = demo.compare();
            out.println();
            out.print(comparison.table());
            out.flush();
            if (json != null) {
                Files.writeString(json, comparison.json());
            }
            if (keep) {
                out.print(invitation(demo));
                out.flush();
                new CountDownLatch(1).await();
            }
            return comparison.flawless() ? 0 : 1;
        }
    }

    private static String invitation(Demo demo) {
        return """

                Running until Ctrl-C. Try:
                  curl %1$s/v1/models
                  curl %1$s/v1/chat/completions -H 'content-type: application/json' -d '{"model": "support", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}'
                  curl -N %1$s/v1/chat/completions -H 'content-type: application/json' -d '{"model": "meta-llama/Llama-3.1-8B-Instruct", "stream": true, "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}'
                  curl %2$s/metrics
                """.formatted(demo.url(), demo.explanations());
    }
}
