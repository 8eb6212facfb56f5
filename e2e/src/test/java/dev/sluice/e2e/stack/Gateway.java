package dev.sluice.e2e.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.operator.envoy.Bootstrap;
import dev.sluice.operator.envoy.XdsServer;
import dev.sluice.operator.plan.Plan;
import dev.sluice.operator.plan.Planner;
import dev.sluice.operator.plan.Settings;
import dev.sluice.operator.resolve.Resolver;
import dev.sluice.operator.resolve.resources.Installation;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import dev.sluice.picker.signals.prometheus.PrometheusAccess;
import dev.sluice.standalone.envoy.EnvoyBinary;
import dev.sluice.standalone.envoy.EnvoyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A gateway whose parts a test holds in its hands: a real Envoy, its xDS server, and the real picker or a scripted
/// one. What the picker knows and what Envoy knows can be made to differ, and the picker can be stopped by itself.
public final class Gateway implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final JsonMapper JSON = new JsonMapper();

    /// How a gateway differs from the usual one.
    ///
    /// @param idleTimeout how long Envoy waits while nothing moves
    /// @param bodyTimeout how long the picker waits for a body
    /// @param drain how long the picker lets open streams go on once it is stopped
    /// @param sharedPicker whether all pools have one picker of Sluice's own, which may move requests
    /// @param sessionKeys the file of the keys that sign sessions; null for keys that end with the picker
    public record Options(
            Duration idleTimeout,
            Duration bodyTimeout,
            Duration drain,
            boolean sharedPicker,
            @Nullable Path sessionKeys) {
        public static final Options USUAL =
                new Options(Duration.ofMinutes(1), PickerConfig.DEFAULT_BODY_TIMEOUT, Duration.ZERO);

        public Options(Duration idleTimeout, Duration bodyTimeout, Duration drain) {
            this(idleTimeout, bodyTimeout, drain, false);
        }

        public Options(Duration idleTimeout, Duration bodyTimeout, Duration drain, boolean sharedPicker) {
            this(idleTimeout, bodyTimeout, drain, sharedPicker, null);
        }

        public Options withSharedPicker() {
            return new Options(idleTimeout, bodyTimeout, drain, true, sessionKeys);
        }

        public Options withSessionKeys(Path file) {
            return new Options(idleTimeout, bodyTimeout, drain, sharedPicker, file);
        }
    }

    private final int port = Loopback.freePort();
    private final Options options;
    private final Settings settings;
    private final XdsServer xds;
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    private final Client http = new Client(url());
    private final int pickerPort = Loopback.freePort();
    private @Nullable Picker picker;
    private @Nullable EnvoyProcess envoy;

    private Gateway(Options options, ScriptedPicker... scripted) throws IOException, GeneralSecurityException {
        this.options = options;
        if (scripted.length == 0) {
            picker = Picker.start(pickerConfig());
        }
        settings = Settings.defaults()
                .withPicker(
                        scripted.length == 0
                                ? new Plan.Picker(new Plan.Address(LOOPBACK, pickerPort), true)
                                : new Plan.Picker(
                                        "scripted",
                                        Stream.of(scripted)
                                                .map(ScriptedPicker::address)
                                                .toList(),
                                        false,
                                        options.sharedPicker()))
                .withListenHost(LOOPBACK)
                .withListenPorts(Map.of(Manifests.GATEWAY_PORT, port))
                .withIdleTimeout(options.idleTimeout());
        xds = XdsServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                settings,
                nack -> refused.add(nack.message()));
    }

    public static Gateway start(String yaml) throws IOException, GeneralSecurityException {
        return start(yaml, Options.USUAL);
    }

    /// @param scripted the replicas of every pool's picker; none: the real picker
    public static Gateway start(String yaml, Options options, ScriptedPicker... scripted)
            throws IOException, GeneralSecurityException {
        Gateway gateway = new Gateway(options, scripted);
        try {
            gateway.publish(yaml);
            gateway.startEnvoy();
            return gateway;
        } catch (IOException | RuntimeException failed) {
            gateway.close();
            throw failed;
        }
    }

    /// Gives both sides these resources.
    public void publish(String yaml) {
        if (picker != null) {
            publishToPicker(yaml);
        }
        publishToEnvoy(yaml);
    }

    public void publishToPicker(String yaml) {
        picker().publish(Resources.of(yaml));
    }

    public void publishToEnvoy(String yaml) {
        xds.publish(plan(yaml));
    }

    /// Gives both sides these resources, and waits until Envoy has those endpoints.
    public void publishAndAwait(String yaml) {
        publish(yaml);
        Awaitility.await("Envoy's endpoints").until(() -> envoyEndpoints().containsAll(endpoints(yaml)));
    }

    private List<String> endpoints(String yaml) {
        return plan(yaml).pools().stream()
                .flatMap(pool -> pool.endpoints().stream())
                .map(Plan.Address::toString)
                .toList();
    }

    private Plan plan(String yaml) {
        Installation installation =
                options.sharedPicker() ? Installation.standaloneDefaults() : Installation.defaults();
        return Planner.plan(Resolver.resolve(Resources.of(yaml), installation), settings);
    }

    public URI url() {
        return URI.create("http://" + LOOPBACK + ":" + port);
    }

    /// A client of the gateway.
    public Client http() {
        return http;
    }

    /// The picker's admin API.
    public JsonNode admin(String path) {
        return get(
                URI.create("http://" + LOOPBACK + ":" + picker().adminAddress().getPort()), path);
    }

    /// The sum of that metric of the picker's over its series that have all of these labels, each as `name="value"`.
    public double metric(String name, String... labels) {
        String page;
        try (Client admin = new Client(pickerAdmin())) {
            page = admin.get("/metrics").body();
        }
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private URI pickerAdmin() {
        return URI.create("http://" + LOOPBACK + ":" + picker().adminAddress().getPort());
    }

    /// Envoy's admin API; the path must ask for JSON.
    public JsonNode envoyAdmin(String path) {
        try {
            return get(envoy().admin(), path);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The addresses of all endpoints that Envoy has.
    public List<String> envoyEndpoints() {
        List<String> addresses = new ArrayList<>();
        for (JsonNode address : envoyAdmin("/clusters?format=json").findValues("socket_address")) {
            addresses.add(address.path("address").asText() + ":"
                    + address.path("port_value").asInt());
        }
        return addresses;
    }

    /// How many requests the picker counts as running on that pool's endpoints.
    public int inFlight(String pool) {
        int sum = 0;
        for (JsonNode endpoint : admin("/pools").path("default/" + pool).path("endpoints")) {
            sum += endpoint.path("inFlight").asInt();
        }
        return sum;
    }

    /// What Envoy has logged, with one JSON line for each request.
    public String envoyLog() {
        try {
            return envoy().log();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The configurations that Envoy refused.
    public List<String> refused() {
        return List.copyOf(refused);
    }

    /// Stops the picker alone: its health check fails, its port is closed.
    public void stopPicker() {
        picker().close();
    }

    /// Starts the picker again at its old address.
    public void restartPicker(String yaml) throws IOException, GeneralSecurityException {
        picker = Picker.start(pickerConfig());
        publishToPicker(yaml);
    }

    @Override
    public void close() {
        http.close();
        if (envoy != null) {
            envoy.close();
        }
        xds.close();
        if (picker != null) {
            picker.close();
        }
    }

    private void startEnvoy() throws IOException {
        Bootstrap bootstrap = Bootstrap.of("test", xds.address(), new Plan.Address(LOOPBACK, 0));
        envoy = EnvoyProcess.start(EnvoyBinary.locate(), bootstrap.json(), 1);
    }

    private PickerConfig pickerConfig() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        InetSocketAddress grpc = new InetSocketAddress(InetAddress.getLoopbackAddress(), pickerPort);
        return new PickerConfig(
                new PickerConfig.Listeners(grpc, anyPort, anyPort, new Tls.SelfSigned()),
                new ExchangeSettings(
                        new PoolId("default", "pool"), PickerConfig.DEFAULT_MAX_BODY_BYTES, options.bodyTimeout(), 3),
                PickerConfig.Memory.DEFAULT,
                PickerConfig.PoolDefaults.ALONE,
                new PickerConfig.Secrets(PrometheusAccess.NONE, options.sessionKeys()),
                PickerConfig.Shutdown.within(options.drain()));
    }

    private Picker picker() {
        if (picker == null) {
            throw new IllegalStateException("this gateway has a scripted picker");
        }
        return picker;
    }

    private EnvoyProcess envoy() {
        if (envoy == null) {
            throw new IllegalStateException("Envoy has not been started");
        }
        return envoy;
    }

    private static JsonNode get(URI base, String path) {
        try (Client client = new Client(base)) {
            return JSON.readTree(client.get(path).body());
        } catch (IOException malformed) {
            throw new IllegalStateException(malformed);
        }
    }
}
