package dev.sluice.standalone.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of the process, with a shell script in Envoy's place; the real one runs in the e2e tests.
class EnvoyProcessTest {
    @TempDir
    Path folder;

    private HttpServer admin;

    @BeforeEach
    void serveReady() throws IOException {
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.createContext("/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        admin.start();
    }

    @AfterEach
    void stopAdmin() {
        admin.stop(0);
    }

    @Test
    void isReadyWhenTheAdminInterfaceSaysSoAndGoneWhenClosed() throws Exception {
        EnvoyProcess envoy = EnvoyProcess.start(script(announceAdmin() + "exec sleep 60"), "admin: {}", 1);
        try {
            assertThat(envoy.admin()).hasPort(admin.getAddress().getPort());
            assertThat(ProcessHandle.of(envoy.pid())).isPresent();
        } finally {
            envoy.close();
        }
        assertThat(ProcessHandle.of(envoy.pid()).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(envoy.exit().get(5, TimeUnit.SECONDS)).isNotZero();
    }

    @Test
    void tellsWhatEnvoyLoggedWhenItDoesNotStart() throws IOException {
        Path broken = script("echo 'unable to bind' >&2; exit 1");

        assertThatThrownBy(() -> EnvoyProcess.start(broken, "admin: {}", 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("status 1")
                .hasMessageContaining("unable to bind");
    }

    @Test
    void killsWhatIgnoresTheRequestToStop() throws IOException {
        EnvoyProcess envoy = EnvoyProcess.start(
                script("trap '' TERM\n" + announceAdmin() + "while :; do sleep 1; done"), "admin: {}", 1);
        envoy.close();

        assertThat(ProcessHandle.of(envoy.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }

    /// The script's arguments are Envoy's: what follows `--admin-address-path` is the file to write.
    private String announceAdmin() {
        return """
                while [ "$1" != --admin-address-path ]; do shift; done
                echo 127.0.0.1:%d > "$2"
                """.formatted(admin.getAddress().getPort());
    }

    private Path script(String body) throws IOException {
        Path file = Files.writeString(folder.resolve("envoy"), "#!/bin/sh\n" + body);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
