package dev.sluice.cluster.node.probe;

import dev.sluice.cluster.node.spec.StartFailure;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// A question of a probe. It fails by an exception, or with `false`.
interface ProbeCheck {
    boolean succeeds() throws Exception;

    /// @param address the pod's
    static ProbeCheck of(Probe probe, Container container, String address) throws StartFailure {
        Duration limit = Duration.ofSeconds(Objects.requireNonNullElse(probe.getTimeoutSeconds(), 1));
        if (probe.getHttpGet() != null) {
            HttpRequest request = request(probe.getHttpGet(), container, address, limit);
            return () -> {
                int status = InsecureHttp.CLIENT
                        .send(request, BodyHandlers.discarding())
                        .statusCode();
                return status >= 200 && status < 400;
            };
        }
        if (probe.getTcpSocket() != null) {
            int port = port(probe.getTcpSocket().getPort(), container);
            return () -> connects(address, port, limit);
        }
        if (probe.getGrpc() != null) {
            String service = Objects.requireNonNullElse(probe.getGrpc().getService(), "");
            String target = "%s:%d".formatted(address, probe.getGrpc().getPort());
            return () -> serves(target, service, limit);
        }
        throw new StartFailure(
                "CreateContainerError", "probes by exec are not run here: there is no container to enter");
    }

    static HttpRequest request(HTTPGetAction action, Container container, String address, Duration limit)
            throws StartFailure {
        URI uri = URI.create("%s://%s:%d%s"
                .formatted(
                        "HTTPS".equals(action.getScheme()) ? "https" : "http",
                        Objects.requireNonNullElse(action.getHost(), address),
                        port(action.getPort(), container),
                        Objects.requireNonNullElse(action.getPath(), "/")));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(limit).header("user-agent", "kube-probe");
        for (HTTPHeader header : Objects.requireNonNullElse(action.getHttpHeaders(), List.<HTTPHeader>of())) {
            // The JDK's client sets this one by the address.
            if (!header.getName().equalsIgnoreCase("host")) {
                request.header(header.getName(), header.getValue());
            }
        }
        return request.build();
    }

    private static int port(IntOrString port, Container container) throws StartFailure {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(candidate -> port.getStrVal().equals(candidate.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new StartFailure(
                        "CreateContainerError",
                        "no port of %s is named %s".formatted(container.getName(), port.getStrVal())));
    }

    private static boolean connects(String address, int port, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), (int) limit.toMillis());
            return true;
        }
    }

    private static boolean serves(String target, String service, Duration limit) {
        ManagedChannel channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
                .build();
        try {
            HealthCheckRequest request =
                    HealthCheckRequest.newBuilder().setService(service).build();
            return HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                            .check(request)
                            .getStatus()
                    == ServingStatus.SERVING;
        } finally {
            channel.shutdownNow();
        }
    }
}
