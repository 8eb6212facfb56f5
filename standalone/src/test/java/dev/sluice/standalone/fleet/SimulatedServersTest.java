package dev.sluice.standalone.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.folder.ResourceSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The demo's folder, read as the demo reads it.
class SimulatedServersTest {
    private static final String BASE = "meta-llama/Llama-3.1-8B-Instruct";

    @Test
    void theDemoHasFourH100sWithTwoAdapters() throws Exception {
        List<ServerConfig> servers = SimulatedServers.of(demo(), 8);

        assertThat(servers)
                .extracting(server -> server.addresses().api().getAddress().getHostAddress() + ":"
                        + server.addresses().api().getPort())
                .containsExactly("127.0.0.11:8000", "127.0.0.12:8000", "127.0.0.13:8000", "127.0.0.14:8000");
        assertThat(servers).allSatisfy(server -> {
            assertThat(server.model().name()).isEqualTo(BASE);
            assertThat(server.model().adapters()).containsExactly("support-v1", "sql-v3");
            assertThat(server.engine().profile()).isEqualTo(Profile.H100_8B);
            assertThat(server.streamInterval()).isEqualTo(8);
        });
    }

    @Test
    void clientsOfAServiceMustUseTheServedNames() throws Exception {
        assertThat(SimulatedServers.servedNames(demo()))
                .isEqualTo(Map.of(BASE, BASE, "support", "support-v1", "sql", "sql-v3"));
    }

    private static ResourceSet demo() throws Exception {
        return Folder.read(Path.of("../config/samples/demo"));
    }
}
