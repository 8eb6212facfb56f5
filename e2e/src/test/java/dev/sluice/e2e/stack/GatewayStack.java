package dev.sluice.e2e.stack;

import dev.sluice.simulator.Fleet;
import dev.sluice.simulator.ModelServer;
import dev.sluice.simulator.serving.ServerConfig;
import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.fleet.SimulatedServers;
import dev.sluice.standalone.folder.Folder;
import dev.sluice.standalone.gateway.LocalGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A JUnit extension that runs what `sluice standalone` runs: a folder of YAML, the picker, xDS and a real Envoy,
/// before simulated model servers; everything on free loopback ports, and gone afterwards also when a test fails.
///
/// As a static `@RegisterExtension` field one stack serves a whole class, as an instance field each test gets its
/// own. Tests may rewrite [#folder]'s files, kill [#server]s and revive them, and read Envoy's and the picker's
/// admin pages.
public final class GatewayStack implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    public static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";
    public static final String ADAPTER_MODEL = "support";
    public static final String ADAPTER = "support-v1";

    private static final int GATEWAY_PORT = 8080;
    private static final String LOOPBACK = "127.0.0.1";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int servers;
    private UnaryOperator<String> pool = UnaryOperator.identity();
    private UnaryOperator<String> models = UnaryOperator.identity();
    private UnaryOperator<String> endpoints = UnaryOperator.identity();
    private UnaryOperator<ServerConfig> engine = UnaryOperator.identity();
    private boolean forClass;
    private @Nullable Running running;

    private record Running(Path folder, Fleet fleet, LocalGateway gateway) {}

    private GatewayStack(int servers) {
        this.servers = servers;
    }

    /// A stack before that many simulated servers.
    public static GatewayStack withServers(int servers) {
        return new GatewayStack(servers);
    }

    /// Edits the pool's YAML before the start.
    public GatewayStack editingPool(UnaryOperator<String> edit) {
        pool = edit;
        return this;
    }

    /// Edits the models' YAML before the start.
    public GatewayStack editingModels(UnaryOperator<String> edit) {
        models = edit;
        return this;
    }

    /// Edits the EndpointList's YAML before the start.
    public GatewayStack editingEndpoints(UnaryOperator<String> edit) {
        endpoints = edit;
        return this;
    }

    /// Changes the servers' configuration before the start.
    public GatewayStack configuringServers(UnaryOperator<ServerConfig> change) {
        engine = change;
        return this;
    }

    /// Where clients connect.
    public URI url() {
        return running().gateway().urls().getFirst();
    }

    /// The picker's admin pages.
    public URI pickerAdmin() {
        return running().gateway().pickerAdmin();
    }

    public LocalGateway gateway() {
        return running().gateway();
    }

    /// The folder that is being served.
    public Path folder() {
        return running().folder();
    }

    public ModelServer server(int index) {
        return running().fleet().servers().get(index);
    }

    public List<ModelServer> servers() {
        return running().fleet().servers();
    }

    /// Requests that each server has taken, in order.
    public List<Long> requestsPerServer() {
        return servers().stream().map(server -> server.stats().requests()).toList();
    }

    /// Sends JSON to a path of the gateway and reads the whole answer.
    public HttpResponse<String> post(String path, String json, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Reads any page.
    public HttpResponse<String> get(URI page) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        forClass = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        if (!forClass) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (!forClass) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        stop();
    }

    private void start() throws Exception {
        Path folder = Files.createTempDirectory("sluice-e2e");
        Fleet fleet = null;
        try {
            write(folder, freePortOnAll());
            List<ServerConfig> configs = SimulatedServers.of(Folder.read(folder), 1).stream()
                    .map(engine)
                    .toList();
            fleet = Fleet.start(configs, 2);
            LocalGateway gateway = LocalGateway.start(new LocalGateway.GatewayOptions(
                    folder, EnvoyBinary.locate(), Map.of(GATEWAY_PORT, freePort(LOOPBACK)), 1));
            running = new Running(folder, fleet, gateway);
        } catch (Exception failed) {
            if (fleet != null) {
                fleet.close();
            }
            delete(folder);
            throw failed;
        }
    }

    private void stop() throws IOException {
        if (running != null) {
            running.gateway().close();
            running.fleet().close();
            delete(running.folder());
            running = null;
        }
    }

    private Running running() {
        return Objects.requireNonNull(running, "the stack does not run");
    }

    private void write(Path folder, int port) throws IOException {
        Files.writeString(folder.resolve("gateway.yaml"), StackYaml.gateway(GATEWAY_PORT));
        Files.writeString(folder.resolve("pool.yaml"), pool.apply(StackYaml.pool(port)));
        Files.writeString(folder.resolve("models.yaml"), models.apply(StackYaml.models()));
        List<String> addresses =
                IntStream.range(0, servers).mapToObj(GatewayStack::address).toList();
        Files.writeString(folder.resolve("endpoints.yaml"), endpoints.apply(StackYaml.endpoints(addresses)));
    }

    /// Servers have one port and differ in their addresses, as pods do. The second octet keeps stacks of parallel
    /// JVMs apart from the demo's.
    private static String address(int index) {
        return "127.1.0." + (index + 1);
    }

    private int freePortOnAll() throws IOException {
        for (int attempt = 0; attempt < 20; attempt++) {
            int port = freePort(address(0));
            if (IntStream.range(1, servers).allMatch(index -> isFree(address(index), port))) {
                return port;
            }
        }
        throw new IOException("no port is free on all of the servers' addresses");
    }

    private static int freePort(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
