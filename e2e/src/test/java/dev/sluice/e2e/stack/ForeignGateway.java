package dev.sluice.e2e.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.picker.app.Picker;
import dev.sluice.picker.app.options.PickerConfig;
import dev.sluice.picker.app.options.Tls;
import dev.sluice.picker.extproc.message.ExchangeSettings;
import dev.sluice.picker.identity.PoolId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;

/// The real picker, with TLS, behind an Envoy that Sluice did not configure.
public final class ForeignGateway implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Picker picker;

    private ForeignGateway(Picker picker) {
        this.picker = picker;
    }

    /// Starts the picker; it serves the pool `default/pool` of the YAML.
    public static ForeignGateway start(String yaml) throws IOException, GeneralSecurityException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Picker picker = Picker.start(new PickerConfig(
                new PickerConfig.Listeners(anyPort, anyPort, anyPort, new Tls.SelfSigned()),
                new ExchangeSettings(new PoolId("default", "pool"), 1 << 20, Duration.ofSeconds(5), 1),
                new PickerConfig.Memory(1 << 12, 1 << 20),
                PickerConfig.Shutdown.within(Duration.ZERO)));
        picker.publish(Resources.of(yaml));
        return new ForeignGateway(picker);
    }

    /// An Envoy that shows bodies to the picker in these modes; the caller closes it.
    public ForeignEnvoy envoy(String requestMode, String responseMode) throws IOException {
        return ForeignEnvoy.start(new ForeignEnvoy.Picker(picker.grpcAddress(), requestMode, responseMode));
    }

    /// Sends one completion through an Envoy of its own that shows bodies to the picker in these modes.
    public HttpResponse<String> complete(String requestMode, String responseMode, String body) throws IOException {
        try (ForeignEnvoy envoy = envoy(requestMode, responseMode);
                Client client = envoy.client()) {
            return client.post("/v1/completions", body, "content-type", "application/json");
        }
    }

    /// The policy by which that response's endpoint was chosen.
    public String policyOf(HttpResponse<String> response) throws IOException {
        String id = response.headers().firstValue("x-request-id").orElseThrow();
        URI admin = URI.create("http://127.0.0.1:" + picker.adminAddress().getPort());
        try (Client client = new Client(admin)) {
            JsonNode decision = JSON.readTree(client.get("/explain/" + id).body());
            return decision.path("policy").asText();
        }
    }

    @Override
    public void close() {
        picker.close();
    }
}
