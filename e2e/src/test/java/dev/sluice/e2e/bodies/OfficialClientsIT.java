package dev.sluice.e2e.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.stack.GatewayStack;
import dev.sluice.e2e.stack.PythonPackage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The official OpenAI client, which this project did not write, finds nothing amiss. Its script makes the checks.
class OpenAiClientIT {
    private static final PythonPackage OPENAI = new PythonPackage("openai", "3.54.0");

    @RegisterExtension
    static final GatewayStack STACK = GatewayStack.withServers(2);

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void theOfficialClientFindsNothingAmiss(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        Path script = Path.of(Objects.requireNonNull(getClass().getResource("/openai_client.py"))
                .toURI());
        ProcessBuilder python = new ProcessBuilder(
                        "python3",
                        script.toString(),
                        STACK.url() + "/v1",
                        GatewayStack.MODEL,
                        GatewayStack.ADAPTER_MODEL)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        python.environment().put("PYTHONPATH", OPENAI.install().toString());
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
