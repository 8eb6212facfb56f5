package dev.sluice.picker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.picker.app.options.ConfigFile;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.kube.ClusterResources.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

class MainTest {
    @TempDir
    Path folder;

    private static PickerConfig config(String... args) throws IOException {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        line.setDefaultValueProvider(ConfigFile.defaults(line.getCommandSpec(), args));
        line.parseArgs(args);
        return main.config();
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("picker.yaml"), yaml).toString();
    }

    @Test
    void hasUpstreamsDefaults() throws IOException {
        PickerConfig config = config("--pool-name", "llama");
        assertThat(config.listeners().grpc().getPort()).isEqualTo(9002);
        assertThat(config.listeners().health().getPort()).isEqualTo(9003);
        assertThat(config.listeners().admin().getPort()).isEqualTo(9090);
        assertThat(config.listeners().tls()).isEqualTo(new Tls.SelfSigned());
        assertThat(config.exchange())
                .isEqualTo(new ExchangeSettings(
                        new PoolId("default", "llama"),
                        PickerConfig.DEFAULT_MAX_BODY_BYTES,
                        Duration.ofSeconds(30),
                        1));
        assertThat(config.shutdown()).isEqualTo(PickerConfig.Shutdown.within(PickerConfig.DEFAULT_DRAIN));
    }

    @Test
    void takesItsOptions() throws IOException {
        PickerConfig config = config(
                "--pool-name=llama",
                "--pool-namespace=ml",
                "--grpc-port=1",
                "--grpc-health-port=2",
                "--metrics-port=3",
                "--cert-path=certs",
                "--max-destination-endpoints=3",
                "--max-request-body-bytes=77",
                "--request-body-timeout=2s",
                "--drain-timeout=3s");
        assertThat(config.listeners().grpc().getPort()).isEqualTo(1);
        assertThat(config.listeners().health().getPort()).isEqualTo(2);
        assertThat(config.listeners().admin().getPort()).isEqualTo(3);
        assertThat(config.listeners().tls()).isEqualTo(new Tls.Files(Path.of("certs")));
        assertThat(config.exchange())
                .isEqualTo(new ExchangeSettings(new PoolId("ml", "llama"), 77, Duration.ofSeconds(2), 3));
        assertThat(config.shutdown().drain()).isEqualTo(Duration.ofSeconds(3));
    }

    private static Main parsed(String... args) {
        Main main = new Main();
        new CommandLine(main).parseArgs(args);
        return main;
    }

    @Test
    void servesAllPoolsThatNothingExcludes() {
        assertThat(parsed().scope()).isEqualTo(new Scope(null, null));
        assertThat(parsed("--pool-namespace=ml").scope()).isEqualTo(new Scope("ml", null));
        assertThat(parsed("--pool-name=llama").scope()).isEqualTo(new Scope("default", "llama"));
        assertThat(parsed().config().exchange().defaultPool()).isEqualTo(PoolId.NONE);
    }

    @Test
    void bindsToOneAddressAndCountsItsReplicas() {
        PickerConfig config = parsed(
                        "--bind-address=127.0.0.7", "--replicas=2", "--replica-selector=app=picker,tier=front")
                .config();
        assertThat(List.of(
                        config.listeners().grpc(),
                        config.listeners().health(),
                        config.listeners().admin()))
                .allMatch(address -> address.getHostString().equals("127.0.0.7"));
        assertThat(config.pools().replicas().configured()).isEqualTo(2);
        assertThat(config.pools().replicas().labels()).isEqualTo(Map.of("app", "picker", "tier", "front"));
    }

    @Test
    void takesWhatTheConformanceTestsGiveIt() {
        PickerConfig config = parsed(
                        "--pool-name=llama",
                        "--pool-namespace=ml",
                        "--zap-encoder=json",
                        "--grpc-port=9002",
                        "--test-hooks")
                .config();
        assertThat(config.exchange().testHooks()).isTrue();
        assertThat(parsed("--pool-name=llama").config().exchange().testHooks()).isFalse();
    }

    @Test
    void servesInPlaintextWhenToldTo() throws IOException {
        assertThat(config("--pool-name=llama", "--secure-serving=false")
                        .listeners()
                        .tls())
                .isEqualTo(new Tls.Plaintext());
        assertThat(config("--pool-name=llama", "--secure-serving").listeners().tls())
                .isEqualTo(new Tls.SelfSigned());
    }

    @Test
    void aFileSetsOptionsAndTheCommandLineWins() throws IOException {
        String file = file("""
                pool-name: llama
                grpc-port: 7
                metrics-port: 8
                secure-serving: false
                """);
        PickerConfig config = config("--config-file", file, "--metrics-port", "9");
        assertThat(config.exchange().defaultPool().name()).isEqualTo("llama");
        assertThat(config.listeners().grpc().getPort()).isEqualTo(7);
        assertThat(config.listeners().admin().getPort()).isEqualTo(9);
        assertThat(config.listeners().tls()).isEqualTo(new Tls.Plaintext());
        assertThat(config("--config-file=" + file).listeners().admin().getPort())
                .isEqualTo(8);
    }

    @Test
    void anUnknownKeyOfTheFileIsAnError() throws IOException {
        String file = file("pool-nam: llama\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config("--config-file", file))
                .withMessageContaining("picker.yaml")
                .withMessageContaining("pool-nam");
        assertThat(Main.execute("--config-file", file)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void wrongUsageHasItsExitStatus() {
        assertThat(Main.execute("--pool-name=llama", "--grpc-port=many")).isEqualTo(ExitCode.USAGE);
        assertThat(Main.execute("--config-file", folder.resolve("none.yaml").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(Main.execute("--help")).isEqualTo(ExitCode.OK);
    }
}
