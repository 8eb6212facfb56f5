package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.binary.GoBinary;
import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.standalone.envoy.Checkout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The real helm, for the administrator of a cluster.
///
/// @param folder for what helm keeps between its runs
public record Helm(Path kubeconfig, Path folder) {

    public static final String NAMESPACE = "sluice-system";

    private static final int PATIENCE_SECONDS = 120;

    /// @param exit of the process
    /// @param output both of its streams
    record Outcome(int exit, String output) {}

    public static Path definitions() {
        return Checkout.root().resolve("deploy/helm/sluice-crds");
    }

    public static Path operator() {
        return Checkout.root().resolve("deploy/helm/sluice");
    }

    /// Installs a chart, or upgrades its release, whose name is the chart's.
    ///
    /// @param options such as `--set`
    public String install(Path chart, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "upgrade", "--install", chart.getFileName().toString(), chart.toString(), "--create-namespace"));
        arguments.addAll(List.of(options));
        return succeed(arguments);
    }

    /// Goes back to the revision before.
    public String rollback(Path chart) throws IOException, InterruptedException {
        return succeed(List.of("rollback", chart.getFileName().toString()));
    }

    public String uninstall(Path chart) throws IOException, InterruptedException {
        return succeed(List.of("uninstall", chart.getFileName().toString(), "--wait"));
    }

    /// Runs the chart's own tests against its release.
    public String test(Path chart) throws IOException, InterruptedException {
        return succeed(List.of("test", chart.getFileName().toString(), "--timeout", "2m", "--logs=false"));
    }

    /// The objects of a chart as YAML, with what the cluster can do taken into account.
    String render(Path chart, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("template", chart.getFileName().toString(), chart.toString(), "--validate", "--skip-tests"));
        arguments.addAll(List.of(options));
        return succeed(arguments);
    }

    /// The objects of a chart as YAML, without a cluster.
    public String offline(Path chart, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "template",
                chart.getFileName().toString(),
                chart.toString(),
                "--skip-tests",
                "--kube-version",
                GoBinary.KUBE_APISERVER.version()));
        arguments.addAll(List.of(options));
        return new Helm(folder.resolve("no-cluster"), folder).succeed(arguments);
    }

    /// The remarks of `helm lint --strict`.
    public String lint(Path chart, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("lint", "--strict", chart.toString()));
        arguments.addAll(List.of(options));
        return succeed(arguments);
    }

    private String succeed(List<String> arguments) throws IOException, InterruptedException {
        Outcome outcome = run(arguments);
        assertThat(outcome.exit())
                .as("helm %s:%n%s", arguments, outcome.output())
                .isZero();
        return outcome.output();
    }

    Outcome run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Prerequisites.program(GoBinary.HELM).toString()));
        command.addAll(arguments);
        command.addAll(List.of("--namespace", NAMESPACE));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        for (String variable : List.of("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")) {
            builder.environment().put(variable, folder.toString());
        }
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Outcome(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
