package dev.sluice.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.PythonPackage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The official clients of OpenAI and Anthropic, which this project did not write, find nothing amiss. Their
/// scripts make the checks.
class OfficialClientsIT {
    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(2);

    @ParameterizedTest
    @CsvSource({"openai, /v1", "anthropic, ''"})
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void anOfficialClientFindsNothingAmiss(String name, String base, @TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        Path script = Path.of(Objects.requireNonNull(getClass().getResource("/" + name + "_client.py"))
                .toURI());
        ProcessBuilder python = new ProcessBuilder(
                        "python3",
                        script.toString(),
                        STACK.url() + base,
                        GatewayStack.MODEL,
                        GatewayStack.ADAPTER_MODEL,
                        // The simulated servers do not.
                        "count_tokens")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        python.environment().put("PYTHONPATH", new PythonPackage(name).install().toString());
        // The gateway is on this machine, whatever proxy leads out of it.
        python.environment().put("NO_PROXY", "*");
        Process process = python.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
