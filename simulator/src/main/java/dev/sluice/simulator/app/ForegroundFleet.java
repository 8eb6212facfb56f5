package dev.sluice.simulator.app;

import dev.sluice.process.Termination;
import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.serving.ServerConfig;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Model servers that run until the process is stopped, with a line of output for each.
public final class ForegroundFleet {
    private static final Logger LOG = LoggerFactory.getLogger(ForegroundFleet.class);

    private ForegroundFleet() {}

    /// Serves until the thread is interrupted or the process is told to end.
    ///
    /// @param drain the most that answers on their way may take to end
    public static void serve(List<ServerConfig> configs, Duration drain, PrintWriter out) throws Exception {
        try (Termination termination = new Termination();
                Fleet fleet = Fleet.start(configs, Runtime.getRuntime().availableProcessors())) {
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
            termination.await();
            if (!fleet.drain(drain)) {
                LOG.atWarn().addKeyValue("drain", drain).log("answers are cut: they have not ended in time");
            }
        }
    }
}
