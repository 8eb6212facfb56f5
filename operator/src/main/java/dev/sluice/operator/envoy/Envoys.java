package dev.sluice.operator.envoy;

import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Envoys that are connected: who they are, and what they refuse.
final class Envoys implements DiscoveryServerCallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(Envoys.class);

    /// An Envoy on its stream.
    private record Connection(Node node, Map<String, String> sent, Map<String, Nack> refusals) {}

    private final Map<Long, Connection> connections = new ConcurrentHashMap<>();
    private final Consumer<Node> onConnect;
    private final Consumer<Node> onDisconnect;
    private final Consumer<Nack> onNack;

    /// @param onConnect called before the Envoy's first request is served
    Envoys(Consumer<Node> onConnect, Consumer<Node> onDisconnect, Consumer<Nack> onNack) {
        this.onConnect = onConnect;
        this.onDisconnect = onDisconnect;
        this.onNack = onNack;
    }

    EnvoyState of(String gateway) {
        List<Connection> own = connections.values().stream()
                .filter(connection -> connection.node().getCluster().equals(gateway))
                .toList();
        return new EnvoyState(
                (int) own.stream()
                        .map(connection -> connection.node().getId())
                        .distinct()
                        .count(),
                own.stream()
                        .flatMap(connection -> connection.refusals().values().stream())
                        .findFirst()
                        .orElse(null));
    }

    @Override
    public void onV3StreamRequest(long streamId, DiscoveryRequest request) {
        Connection connection = connection(streamId, request.getNode());
        String type = request.getTypeUrl();
        if (request.hasErrorDetail()) {
            refused(
                    connection,
                    type,
                    request.getVersionInfo(),
                    request.getErrorDetail().getMessage());
        } else if (request.getVersionInfo().equals(connection.sent().get(type))) {
            // Other requests without an error only ask for more, and say again which version they still have.
            connection.refusals().remove(type);
        }
    }

    @Override
    public void onV3StreamResponse(long streamId, DiscoveryRequest request, DiscoveryResponse response) {
        Connection connection = connections.get(streamId);
        if (connection != null) {
            connection.sent().put(response.getTypeUrl(), response.getVersionInfo());
        }
    }

    @Override
    public void onV3StreamDeltaRequest(long streamId, DeltaDiscoveryRequest request) {
        Connection connection = connection(streamId, request.getNode());
        if (request.hasErrorDetail()) {
            refused(
                    connection,
                    request.getTypeUrl(),
                    "",
                    request.getErrorDetail().getMessage());
        } else if (!request.getResponseNonce().isEmpty()) {
            connection.refusals().remove(request.getTypeUrl());
        }
    }

    @Override
    public void onStreamClose(long streamId, String type) {
        end(streamId);
    }

    @Override
    public void onStreamCloseWithError(long streamId, String type, Throwable error) {
        end(streamId);
    }

    private Connection connection(long streamId, Node node) {
        Connection known = connections.get(streamId);
        if (known != null) {
            return known;
        }
        Connection connection = new Connection(node, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        connections.put(streamId, connection);
        onConnect.accept(node);
        return connection;
    }

    private void end(long streamId) {
        Connection ended = connections.remove(streamId);
        if (ended != null && connections.values().stream().noneMatch(other -> sameEnvoy(other.node(), ended.node()))) {
            onDisconnect.accept(ended.node());
        }
    }

    private static boolean sameEnvoy(Node one, Node other) {
        return one.getCluster().equals(other.getCluster()) && one.getId().equals(other.getId());
    }

    private void refused(Connection connection, String type, String version, String message) {
        Nack nack = new Nack(connection.node().getCluster(), connection.node().getId(), type, version, message);
        connection.refusals().put(type, nack);
        LOG.atWarn()
                .addKeyValue("gateway", nack.gateway())
                .addKeyValue("node", nack.node())
                .addKeyValue("type", nack.type())
                .addKeyValue("version", nack.version())
                .addKeyValue("message", nack.message())
                .log("Envoy refused a configuration and keeps the last good one");
        onNack.accept(nack);
    }
}
