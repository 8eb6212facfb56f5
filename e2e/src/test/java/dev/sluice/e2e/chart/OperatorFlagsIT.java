package dev.sluice.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.cluster.Prerequisites;
import dev.sluice.operator.app.Main;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The operator's command line as the chart writes it; needs no cluster.
class OperatorFlagsIT {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void requireHelm() throws IOException, InterruptedException {
        Prerequisites.requireKubernetes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--image-pull-policy", "--envoy-image", "--envoy-resources", "--picker-resources"})
    void theChartsDefaultsAreTheOperators(String option) throws Exception {
        assertThat(value(option, given())).isNotNull().isEqualTo(value(option, List.of()));
    }

    @Test
    void theOperatorKnowsEveryFlagThatItIsGiven() throws Exception {
        Set<String> known = new CommandLine(new Main())
                .getCommandSpec().options().stream()
                        .flatMap(option -> Stream.of(option.names()))
                        .collect(Collectors.toSet());
        assertThat(given("--set", "picker.args={--replicas=2},images.pullSecrets={regcred}"))
                .isNotEmpty()
                .allSatisfy(argument -> assertThat(known).contains(argument.substring(0, argument.indexOf('='))));
    }

    private static Object value(String option, List<String> arguments) {
        CommandLine command = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
        command.parseArgs(arguments.toArray(String[]::new));
        return command.getCommandSpec().findOption(option).getValue();
    }

    private static List<String> given(String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "template",
                "sluice",
                Helm.operator().toString(),
                "--show-only",
                "templates/deployment.yaml",
                "--kube-version",
                "1.34.0"));
        arguments.addAll(List.of(options));
        Helm.Outcome rendered = new Helm(folder.resolve("no-cluster"), folder).run(arguments);
        assertThat(rendered.exit()).as(rendered.output()).isZero();
        return Stream.of(rendered.output().split("(?m)^---$"))
                .filter(document -> document.contains("kind: Deployment"))
                .map(document -> Serialization.unmarshal(document, Deployment.class))
                .flatMap(deployment ->
                        deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs().stream())
                .toList();
    }
}
