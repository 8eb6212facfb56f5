package dev.sluice.e2e.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.operator.envoy.GatewayBootstrap;
import dev.sluice.operator.plan.Plan;
import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.envoy.EnvoyProcess;
import java.io.IOException;
import java.net.URI;

/// A real Envoy as a pod of one Gateway runs it: with the bootstrap of that Gateway's Envoys, on an address of its
/// own.
public final class GatewayEnvoy implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final String host;
    private final EnvoyProcess process;

    private GatewayEnvoy(String host, EnvoyProcess process) {
        this.host = host;
        this.process = process;
    }

    /// Starts it and waits until it is ready, which it is once it has a configuration.
    ///
    /// @param xds on another address than 127.0.0.1
    /// @param gateway as `namespace/name`
    /// @param host the pod's address
    public static GatewayEnvoy start(Plan.Address xds, String gateway, String host) throws IOException {
        String bootstrap = new GatewayBootstrap(xds)
                .json()
                .replace("\"127.0.0.1\"", quoted(host))
                .replace("\"0.0.0.0\"", quoted(host));
        ObjectNode root = (ObjectNode) JSON.readTree(bootstrap);
        // As the command line would say it.
        ((ObjectNode) root.get("node")).put("cluster", gateway).put("id", "pod-" + host);
        return new GatewayEnvoy(host, EnvoyProcess.start(EnvoyBinary.locate(), JSON.writeValueAsString(root), 1));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    /// A client of the Gateway's port.
    public Client client(int port) {
        return new Client(URI.create("http://" + host + ":" + port));
    }

    /// A client of the pages for probes and Prometheus.
    public Client health() {
        return client(GatewayBootstrap.HEALTH_PORT);
    }

    /// The value of a counter or gauge.
    public long stat(String name) {
        try (Client admin = new Client(process.admin())) {
            JsonNode found =
                    JSON.readTree(admin.get("/stats?format=json&filter=" + name).body());
            for (JsonNode stat : found.path("stats")) {
                if (stat.path("name").asText().equals(name)) {
                    return stat.path("value").asLong();
                }
            }
            return 0;
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// What Envoy has logged.
    public String log() throws IOException {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
