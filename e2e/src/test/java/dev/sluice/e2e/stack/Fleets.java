package dev.sluice.e2e.stack;

import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.engine.EngineConfig;
import dev.sluice.simulator.engine.Profile;
import dev.sluice.simulator.serving.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Simulated model servers for pods of a test.
public final class Fleets {
    public static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";

    private Fleets() {}

    /// One H100 server of [#MODEL] with these adapters on each of the addresses.
    public static Fleet start(List<InetSocketAddress> addresses, String... adapters) throws IOException {
        List<ServerConfig> servers = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            servers.add(ServerConfig.of("pod-" + servers.size(), address, MODEL, EngineConfig.of(Profile.H100_8B))
                    .withAdapters(List.of(adapters)));
        }
        return Fleet.start(servers, 1);
    }
}
