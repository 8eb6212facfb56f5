package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.binary.GatewayApi;
import dev.sluice.cluster.binary.GoBinary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Builds what has not been built yet: cold, that takes some minutes.
@Timeout(value = 45, unit = TimeUnit.MINUTES)
class GoBinaryIT {
    @Test
    void programsSayTheVersionThatIsPinned() throws Exception {
        assertThat(said(GoBinary.KUBE_APISERVER, "--version"))
                .isEqualTo("Kubernetes " + GoBinary.KUBE_APISERVER.version());
        assertThat(said(GoBinary.ETCD, "--version"))
                .contains(GoBinary.ETCD.version().substring(1));
    }

    @Test
    void programsWithoutVersionAreBuilt() throws Exception {
        assertThat(Prerequisites.program(GoBinary.ECHO_BASIC)).isExecutable();
        assertThat(said(GoBinary.HELM, "version", "--short")).startsWith("v3.");
    }

    @Test
    void definitionsOfTheGatewayApiAreThere() throws Exception {
        assertThat(GatewayApi.definitions())
                .extracting(Path::getFileName)
                .extracting(Path::toString)
                .contains("gateway.networking.k8s.io_gateways.yaml", "gateway.networking.k8s.io_httproutes.yaml");
    }

    private static String said(GoBinary binary, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Prerequisites.program(binary).toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
