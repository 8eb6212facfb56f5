package dev.sluice.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolFolderTest {
    @Test
    void everyHostIsAPodAndEveryPortATarget() throws IOException {
        try (PoolFolder folder =
                PoolFolder.of(servers("127.0.0.1:1", "127.0.0.1:2"), List.of("gpu: H100"), List.of())) {
            assertThat(Files.readString(folder.path().resolve("resources.yaml")))
                    .contains("targetPorts: [{number: 1}, {number: 2}]")
                    .containsOnlyOnce("address: 127.0.0.1")
                    .contains("labels: {app: model-server, gpu: H100}");
        }
    }

    @Test
    void saysThatPodsServeOnTheSamePorts() {
        assertThatThrownBy(() -> PoolFolder.of(servers("127.0.0.1:1", "127.0.0.2:2"), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give each server an address of its own and all one port");
    }

    private static List<HostAndPort> servers(String... addresses) {
        return Stream.of(addresses).map(HostAndPort::fromString).toList();
    }
}
