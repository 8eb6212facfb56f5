package dev.sluice.bench.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.net.HostAndPort;
import dev.sluice.standalone.envoy.EnvoyProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The running Envoy, with one worker thread, and where its listeners are.
public final class Gateway implements AutoCloseable {
    private final EnvoyProcess envoy;
    private final Map<String, HostAndPort> listeners = new HashMap<>();

    private Gateway(EnvoyProcess envoy) throws IOException {
        this.envoy = envoy;
        JsonNode admin;
        try (InputStream answer =
                envoy.admin().resolve("/listeners?format=json").toURL().openStream()) {
            admin = new ObjectMapper().readTree(answer);
        }
        for (JsonNode listener : admin.path("listener_statuses")) {
            JsonNode address = listener.path("local_address").path("socket_address");
            listeners.put(
                    listener.path("name").asText(),
                    HostAndPort.fromParts(
                            address.path("address").asText(),
                            address.path("port_value").asInt()));
        }
    }

    public static Gateway start(Path binary, String config) throws IOException {
        EnvoyProcess envoy = EnvoyProcess.start(binary, config, 1);
        try {
            return new Gateway(envoy);
        } catch (IOException | RuntimeException failed) {
            envoy.close();
            throw failed;
        }
    }

    public HostAndPort listener(String name) {
        return Optional.ofNullable(listeners.get(name))
                .orElseThrow(() -> new IllegalArgumentException("Envoy has no listener " + name));
    }

    public long pid() {
        return envoy.pid();
    }

    @Override
    public void close() {
        envoy.close();
    }
}
