package dev.sluice.simulator.app;

import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.serving.ServerConfig;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Model servers that run until the process is stopped, with a line of output for each.
public final class ForegroundFleet {
    private ForegroundFleet() {}

    /// Serves until the thread is interrupted or the process ends.
    public static void serve(List<ServerConfig> configs, PrintWriter out) throws Exception {
        try (Fleet fleet = Fleet.start(configs, Runtime.getRuntime().availableProcessors())) {
            for (ModelServer server : fleet.servers()) {
                InetSocketAddress address = server.address();
                out.printf(
                        "%s: %s on http://%s:%d%n",
                        server.config().pod(),
                        server.config().model(),
                        address.getAddress().getHostAddress(),
                        address.getPort());
            }
            out.flush();
            new CountDownLatch(1).await();
        }
    }
}
